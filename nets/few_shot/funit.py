"""FUNIT: the content of one image in the look of a class that a few images show.

The encoders and the decoder are MUNIT's with other depths and normalisations; the discriminator,
with a map of logits for each class, is made here.

Reference: Liu et al., Few-Shot Unsupervised Image-to-Image Translation, 2019, with the layers of
the released code. Weights start as He et al. 2015 propose.
"""

import keras
from keras import layers

from nets.blocks import discriminator_model
from nets.translation.unpaired import munit
from tfgan_kit.layers import Conv2D, ReflectionPadding2D

_MOST = 16  # Times the channels of the first map.
_SLOPE = 0.2


def content_encoder(channels, *, blocks=2, downs=3, filters=64):
    """Returns the encoder of the content: c7s1-64, 4x4 s2 128, 256, 512, R512 times `blocks`.

    See `nets.translation.unpaired.munit.content_encoder`.
    """
    return munit.content_encoder(channels, blocks=blocks, downs=downs, filters=filters)


def class_encoder(channels, *, code_size=64, downs=3, filters=64):
    """Returns the encoder of the class: c7s1-64, 4x4 s2 128, 256, 256, 256, mean, 1x1 to 64.

    It has a step down more than the content encoder. Its output is called "style"; see
    `nets.translation.unpaired.munit.style_encoder`.
    """
    return munit.style_encoder(channels, style_size=code_size, downs=downs + 1, filters=filters)


def decoder(channels, *, code_size=64, blocks=2, downs=3, filters=64, units=256):
    """Returns the decoder: R512 with AdaIN times `blocks`, three times up with instance norm, tanh.

    See `nets.translation.unpaired.munit.decoder`.
    """
    return munit.decoder(
        channels,
        style_size=code_size,
        blocks=blocks,
        downs=downs,
        norm="instance",
        filters=filters,
        units=units,
    )


def discriminator(image_shape, classes, *, downs=4, filters=64):
    """Returns the discriminator: a map of logits for each class, of which one is asked for.

    A convolution 7x7, then `downs` times two residual blocks, the second of which doubles the
    channels up to 16 times the first, and a mean over 3x3 with stride 2; two more blocks, LeakyReLU
    and a convolution 1x1 to the maps. Blocks activate before they convolve. There is no
    normalisation, and all pad by reflection.

    Args:
      image_shape: (height, width, channels).
      classes: number of classes.
      downs: how often the size is halved.
      filters: channels of the first map.

    Returns:
      A Keras model: {"image": (batch, height, width, channels), "label": (batch, classes)} to
      "features_1", ..., the maps of each size; "features", (batch, n), the mean of the last over
      its positions, float32; and "logits", (batch, h, w, 1), float32, the sum of the maps times the
      label, which is the map of its class where the label is one-hot.
    """
    image, label = keras.Input(image_shape, name="image"), keras.Input((classes,), name="label")
    x = _convolved(image, filters, 7, "first")
    maps, most = [], _MOST * filters
    for i in range(1, downs + 1):
        x = _residual(x, x.shape[-1], f"block_{i}_1")
        x = _residual(x, min(2 * x.shape[-1], most), f"block_{i}_2")
        maps.append(x)
        x = ReflectionPadding2D(1, name=f"pool_{i}_padding")(x)
        x = layers.AveragePooling2D(3, 2, name=f"pool_{i}")(x)
    for i in (1, 2):
        x = _residual(x, x.shape[-1], f"block_{downs + 1}_{i}")
    maps.append(x)
    features = layers.GlobalAveragePooling2D(dtype="float32", name="features")(x)
    of_classes = _convolved(_activated(x, "maps"), classes, 1, "maps", dtype="float32")
    asked = layers.Dot((3, 1), dtype="float32", name="asked")([of_classes, label])
    logits = layers.Reshape((*asked.shape[1:], 1), dtype="float32", name="logits")(asked)
    inputs = {"image": image, "label": label}
    return discriminator_model(inputs, maps, {"features": features, "logits": logits})


def _residual(x, filters, name):
    """x plus (LeakyReLU, 3x3, LeakyReLU, 3x3) of x; x through 1x1 where the channels differ."""
    own = x.shape[-1]
    y = _convolved(_activated(x, f"{name}_1"), min(own, filters), 3, f"{name}_1")
    y = _convolved(_activated(y, f"{name}_2"), filters, 3, f"{name}_2")
    if own != filters:
        x = _convolved(x, filters, 1, f"{name}_shortcut", use_bias=False)
    return layers.Add(name=name)([x, y])


def _activated(x, name):
    return layers.LeakyReLU(_SLOPE, name=f"{name}_leaky_relu")(x)


def _convolved(x, filters, size, name, **settings):
    if size > 1:
        x = ReflectionPadding2D(size // 2, name=f"{name}_padding")(x)
    initializer = keras.initializers.HeNormal()
    return Conv2D(filters, size, kernel_initializer=initializer, name=f"{name}_conv", **settings)(x)
