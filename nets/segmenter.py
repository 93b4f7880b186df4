"""A small network that names the class of each pixel, to judge generated images.

A U-Net of two levels, after Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image
Segmentation, 2015, with half the levels or fewer, and batch normalization.
"""

import keras
from keras import layers

from nets.blocks import scaled
from tfgan_kit.layers import normalization

MULTIPLE = 4  # Of which height and width are multiples.
_FILTERS = (16, 32, 64)


def segmenter(channels, classes, *, width=1.0):
    """Returns a segmenter: twice (convolution 3x3, norm, ReLU) at each of three resolutions.

    16, 32 and 64 channels on the way down, which maximum pooling leads, and 32 and 16 on the way
    up, with the maps of the same resolution joined.

    Args:
      channels: channels of the images.
      classes: number of classes.
      width: factor on all channel counts.

    Returns:
      A Keras model "segmenter": {"image": (batch, height, width, channels) in [-1, 1]} to
      {"logits": float32 (batch, height, width, classes)}. Height and width must divide by 4.
    """
    image = x = keras.Input((None, None, channels), name="image")
    down = []
    for i, filters in enumerate(_FILTERS, start=1):
        if down:
            x = layers.MaxPooling2D(2, name=f"pool_{i}")(x)
        x = _pair(x, scaled(filters, width), f"down_{i}")
        down.append(x)
    for i in range(len(_FILTERS) - 1, 0, -1):
        x = layers.UpSampling2D(2, name=f"enlarged_{i}")(x)
        x = layers.Concatenate(name=f"joined_{i}")([x, down[i - 1]])
        x = _pair(x, scaled(_FILTERS[i - 1], width), f"up_{i}")
    logits = layers.Conv2D(classes, 1, dtype="float32", name="logits")(x)
    return keras.Model({"image": image}, {"logits": logits}, name="segmenter")


def _pair(x, filters, name):
    for i in (1, 2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv_{i}")(x)
        x = normalization("batch", name=f"{name}_norm_{i}")(x)
        x = layers.ReLU(name=f"{name}_relu_{i}")(x)
    return x
