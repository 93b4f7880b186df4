"""Helpers that all architectures use: sizes, widths and the choice of layers."""

import math

import keras
from keras import layers

from tfgan_kit.errors import UserError
from tfgan_kit.layers import Conv2D, SpectralConv2D, SpectralDense


def short_side(network, image_shape, sizes):
    """Returns the shorter side of the images after checking that the network supports their size.

    Args:
      network: name of the network, for the message.
      image_shape: (height, width, channels).
      sizes: `tfgan_kit.settings.size.Sizes` of the network.

    Raises:
      UserError: if the network does not support images of that size.
    """
    if len(image_shape) != 3 or image_shape[:2] not in sizes:
        shape = "x".join(map(str, image_shape))
        raise UserError(
            f"network {network!r} does not support examples of shape {shape}; resize the images to "
            f"one of {', '.join(f'{side}x{side}' for side in sizes.sides)}, or choose another "
            "network"
        )
    return min(image_shape[:2])


def scaled(channels, width):
    """Returns the number of channels times `width`, rounded, but at least 1."""
    return max(1, round(channels * width))


def conv2d(filters, size, *, spectral_norm=False, **kwargs):
    """Returns a convolution with "same" padding: the output is the input's size over the stride."""
    kind = SpectralConv2D if spectral_norm else Conv2D
    return kind(filters, size, padding="same", **kwargs)


def dense(units, *, spectral_norm=False, **kwargs):
    """Returns a dense layer."""
    kind = SpectralDense if spectral_norm else layers.Dense
    return kind(units, **kwargs)


def no_instance_norm(network, norm):
    """Checks that a network of dense layers supports the normalization.

    Raises:
      UserError: if it is "instance".
    """
    if norm == "instance":
        raise UserError(
            f"network {network!r} cannot use norm 'instance', as its channels have one value each; "
            "choose batch, layer or none"
        )


def to_units(x):
    """Returns points (batch, d) unchanged and images as (batch, height * width * channels)."""
    return layers.Flatten(name="flatten")(x) if len(x.shape) > 2 else x


def from_units(x, image_shape):
    """Adds a dense output layer: points (batch, d), linear, or images in [-1, 1]."""
    image = layers.Dense(math.prod(image_shape), dtype="float32", name="output")(x)
    if len(image_shape) == 1:
        return image
    image = layers.Reshape(image_shape, dtype="float32", name="reshape")(image)
    return layers.Activation("tanh", dtype="float32", name="image")(image)


def sum_positions(maps):
    """Returns the sum of maps (batch, height, width, channels) over their positions.

    The result is float32, as the sum can exceed the range of float16.
    """
    positions = maps.shape[1] * maps.shape[2]
    mean = layers.GlobalAveragePooling2D(dtype="float32", name="mean")(maps)
    return layers.Rescaling(positions, dtype="float32", name="sum")(mean)


def generator_model(inputs, features, image, **others):
    """Returns the model "generator" with its features numbered from 1, and further outputs."""
    outputs = _numbered(features) | others | {"image": image}
    return keras.Model(inputs, outputs, name="generator")


def discriminator_model(inputs, features, outputs):
    """Returns the model "discriminator" with its features numbered from 1.

    Args:
      inputs: a Keras input, or a dictionary of several.
      features: list of feature maps, first to last.
      outputs: dictionary with "logits" and any further outputs.
    """
    return keras.Model(inputs, _numbered(features) | outputs, name="discriminator")


def _numbered(features):
    return {f"features_{i}": feature for i, feature in enumerate(features, start=1)}
