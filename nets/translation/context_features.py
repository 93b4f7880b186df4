"""The context encoder whose encoder is AlexNet, for learning features from inpainting.

References:
  Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016, section 3.1.
  Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012.
"""

import keras
from keras import layers

from nets.blocks import generator_model, scaled
from tfgan_kit.layers import ChannelwiseDense, Conv2D, Conv2DTranspose, normalization

SIZE = 227
# Channels, size, stride, padding, groups, and whether a max-pooling 3x3 of stride 2 follows.
_ALEXNET = (
    (96, 11, 4, "valid", 1, True),
    (256, 5, 1, "same", 2, True),
    (384, 3, 1, "same", 1, False),
    (384, 3, 1, "same", 2, False),
    (256, 3, 1, "same", 2, True),
)
_DECODER = (128, 64, 64, 32)  # Channels of the maps of 11, 21, 41 and 81 pixels a side.


def generator(channels=3, *, filters=96, norm="none"):
    """Returns a generator that fills the holes of images of 227x227.

    AlexNet's convolutions with ReLU up to the last pooling (6x6, 256 channels), without its local
    response normalization; a channel-wise dense layer; a convolution 1x1 with ReLU, which mixes the
    channels; five transposed convolutions 5x5 of stride 2, to 161x161; bilinear resizing and tanh.
    The paper gives the number of the transposed convolutions; their sizes and channels are ours.
    Kernels start as He's normal distribution.

    Args:
      channels: of the images.
      filters: channels of the first map; the others are in proportion.
      norm: "batch", "instance", "layer" or "none", before each ReLU but the first.

    Returns:
      A Keras model "generator" from "input" (b, 227, 227, channels) in [-1, 1], with the holes
      filled, to "features_1" to "features_5" (AlexNet's, after pooling), "features_6" (after the
      convolution 1x1), "features_7" to "features_10" (the decoder's), and "image" of the input's
      shape, float32 in [-1, 1].

    Raises:
      UserError: if there is no such normalization.
    """
    image = keras.Input((SIZE, SIZE, channels), name="input")
    return generator_model({"input": image}, *painted(image, filters=filters, norm=norm))


def painted(image, *, filters, norm):
    """The maps of `generator` for images, as a list, and its output.

    Args:
      image: (b, 227, 227, channels).
      filters, norm: see `generator`.
    """
    width, x, features = filters / _ALEXNET[0][0], image, []

    def normalized_relu(x, name, kind=norm):
        x = normalization(kind, name=f"norm_{name}")(x)
        return layers.ReLU(name=f"relu_{name}")(x)

    for i, (count, size, stride, padding, groups, pool) in enumerate(_ALEXNET, start=1):
        x = Conv2D(
            # The groups divide the channels.
            groups * scaled(count // groups, width),
            size,
            strides=stride,
            padding=padding,
            groups=groups,
            kernel_initializer="he_normal",
            name=f"conv_{i}",
        )(x)
        x = normalized_relu(x, i, norm if i > 1 else "none")
        if pool:
            x = layers.MaxPooling2D(3, strides=2, name=f"pool_{i}")(x)
        features.append(x)
    x = ChannelwiseDense(name="channelwise")(x)
    x = Conv2D(x.shape[-1], 1, kernel_initializer="he_normal", name="conv_mix")(x)
    x = normalized_relu(x, "mix")
    features.append(x)
    for i, count in enumerate(_DECODER, start=1):
        x = normalized_relu(_up(scaled(count, width), f"up_{i}")(x), f"up_{i}")
        features.append(x)
    x = _up(image.shape[-1], "output")(x)
    x = layers.Resizing(SIZE, SIZE, dtype="float32", name="resize")(x)
    return features, layers.Activation("tanh", dtype="float32", name="image")(x)


def _up(filters, name):
    """Returns a layer that maps n to 2 n - 1 pixels a side."""
    return Conv2DTranspose(
        filters,
        5,
        strides=2,
        padding="same",
        output_padding=0,
        kernel_initializer="he_normal",
        name=name,
    )
