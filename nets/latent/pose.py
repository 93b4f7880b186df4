"""Encoders of the pose: from where, and in which light, an image shows a relief.

After Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from
2D Image GANs, 2021; the layers are this kit's.
"""

import math

import keras
from keras import layers, ops

from nets.blocks import conv2d, scaled, short_side
from nets.latent.encoder_decoder import SIZES
from tfgan_kit.layers.relief import AMBIENT, DIFFUSE

LARGEST_TURN = math.pi / 3
LARGEST_LIGHT = 2.0  # Of x and y, where z is 1: 63 degrees.


def view(image_shape, *, width=1.0):
    """Returns the network of views, which begin as that from the front.

    Args:
      image_shape: (size, size, channels), size 16, 32, 64, 128 or 256.
      width: factor on all channel counts.

    Returns:
      A Keras model "view" from "image" to {"view": (batch, 2)}, yaw and pitch, between -pi/3 and
      pi/3, float32.

    Raises:
      UserError: for other image shapes.
    """
    image, x = _numbers("view", image_shape, 2, width)
    return keras.Model(image, {"view": ops.tanh(x) * LARGEST_TURN}, name="view")


def light(image_shape, *, width=1.0):
    """Returns the network of lights, which begin as that from the front of a `Relief`.

    Args:
      image_shape, width: see `view`.

    Returns:
      A Keras model "light" from "image" to {"light": (batch, 4)}, see
      `tfgan_kit.layers.relief.shading`: lx and ly between -2 and 2, ambient and diffuse between 0
      and 1, float32.

    Raises:
      UserError: for other image shapes.
    """
    image, x = _numbers("light", image_shape, 4, width)
    found = [ops.tanh(x[:, :2]) * LARGEST_LIGHT]
    for i, first in ((2, AMBIENT), (3, DIFFUSE)):
        found.append(ops.sigmoid(x[:, i : i + 1] + math.log(first / (1.0 - first))))
    return keras.Model(image, {"light": ops.concatenate(found, -1)}, name="light")


def _numbers(network, image_shape, count, width):
    """The input, and linear numbers, which are 0 at first, float32.

    4x4 convolutions of stride 2 with LeakyReLU 0.2, from 32 channels, doubled down to 4x4, and two
    dense layers.
    """
    size = short_side(network, image_shape, SIZES)
    image = x = keras.Input(image_shape, name="image")
    for i in range((size // 4).bit_length() - 1):
        x = conv2d(scaled(32 * 2**i, width), 4, strides=2, name=f"down_{i + 1}")(x)
        x = layers.LeakyReLU(0.2, name=f"down_{i + 1}_leaky_relu")(x)
    x = layers.Dense(scaled(256, width), name="hidden")(layers.Flatten(name="flatten")(x))
    x = layers.LeakyReLU(0.2, name="hidden_leaky_relu")(x)
    # The gradient of an encoder whose last layer is 0 reaches that layer only, in the first step.
    x = layers.Dense(count, kernel_initializer="zeros", dtype="float32", name="numbers")(x)
    return image, x
