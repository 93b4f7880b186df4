"""Encoder-decoders that make maps of an image: its depth and its albedo.

After Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from
2D Image GANs, 2021; the layers are this kit's.
"""

import keras
from keras import layers, ops

from nets.blocks import conv2d, scaled, short_side
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((16, 32, 64, 128, 256))
CODE = 256
_MOST = 512


def depth(image_shape, *, reach, width=1.0):
    """Returns the network of depth: reach * tanh(x - mean x) of what an encoder-decoder makes.

    Args:
      image_shape: (size, size, channels), size 16, 32, 64, 128 or 256.
      reach: heights are between -reach and reach, where half the image's side is 1.
      width: factor on all channel counts.

    Returns:
      A Keras model "depth" from "image" to {"depth": (batch, size, size, 1)}, float32, h of
      `tfgan_kit.layers.relief`.

    Raises:
      UserError: for other image shapes.
    """
    image, x = _maps("depth", image_shape, 1, width)
    # Where the middle of all heights is, no picture tells from the front.
    x = ops.tanh(x - ops.mean(x, axis=(1, 2, 3), keepdims=True)) * reach
    return keras.Model(image, {"depth": x}, name="depth")


def albedo(image_shape, *, width=1.0):
    """Returns the network of albedo: colours between 0 and 1, of an encoder-decoder.

    Args:
      image_shape, width: see `depth`.

    Returns:
      A Keras model "albedo" from "image" to {"albedo": (batch, *image_shape)}, float32.

    Raises:
      UserError: for other image shapes.
    """
    image, x = _maps("albedo", image_shape, image_shape[2], width)
    return keras.Model(image, {"albedo": ops.sigmoid(2.0 * x)}, name="albedo")


def _maps(network, image_shape, channels, width):
    """The input, and linear maps of its size, float32.

    4x4 convolutions of stride 2, from 64 channels, doubled down to 4x4, and a code of 256 numbers;
    from it back, nearest neighbours and 3x3 convolutions at each size, and a last one of 5x5.
    LeakyReLU 0.2 on the way down, ReLU on the way up, both after layer normalisation where there
    are several places.
    """
    size = short_side(network, image_shape, SIZES)
    steps = (size // 4).bit_length() - 1
    filters = [scaled(min(64 * 2**i, _MOST), width) for i in range(steps)]
    image = x = keras.Input(image_shape, name="image")
    for i, count in enumerate(filters, 1):
        x = conv2d(count, 4, strides=2, name=f"down_{i}")(x)
        x = layers.LeakyReLU(0.2, name=f"down_{i}_leaky_relu")(x)
    x = layers.Dense(scaled(CODE, width), name="code")(layers.Flatten(name="flatten")(x))
    x = layers.ReLU(name="code_relu")(x)
    x = layers.Dense(16 * filters[-1], name="places")(x)
    x = layers.ReLU(name="places_relu")(layers.Reshape((4, 4, filters[-1]), name="places_4")(x))
    for i, count in reversed(list(enumerate(filters, 1))):
        x = layers.UpSampling2D(name=f"up_{i}")(x)
        x = conv2d(count, 3, name=f"up_{i}_conv")(x)
        x = layers.ReLU(name=f"up_{i}_relu")(x)
    x = conv2d(channels, 5, dtype="float32", name="maps")(x)
    return image, x
