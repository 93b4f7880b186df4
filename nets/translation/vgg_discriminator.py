"""What the discriminators of super-resolution share: convolutions, then two dense layers."""

import math

import keras
from keras import layers

from nets.blocks import dense, discriminator_model
from nets.translation.strided import Convolution, strided_maps
from tfgan_kit.errors import UserError


def vgg_discriminator(
    method: str,
    image_shape,
    convolutions: list[Convolution],
    units: int,
    *,
    norm: str,
    spectral_norm: bool,
    biases: bool = True,
):
    """Returns a discriminator of images of one size, which the dense layers fix.

    Args:
      method: whose discriminator it is, for the message.
      image_shape: (height, width, channels); both sides are multiples of the product of strides.
      convolutions: the layers before the dense ones.
      units: of the first dense layer.
      norm, biases: see `strided_maps`.
      spectral_norm: whether all layers are spectrally normalised.

    Returns:
      A Keras model "discriminator" from "image" to one output "features_i" per map and one of the
      units, and "logits" (b, 1), float32.

    Raises:
      UserError: if the size is no such multiple, or the normalization is unknown or "instance"
        where the last map has one position.
    """
    factor = math.prod(each.stride for each in convolutions)
    height, width, _ = image_shape
    if height % factor or width % factor:
        raise UserError(
            f"the discriminator of {method} does not support images of {height}x{width}; choose "
            f"sides that are multiples of {factor}"
        )
    if norm == "instance" and height == width == factor:
        raise UserError(
            f"the discriminator of {method} cannot use norm 'instance' for images of "
            f"{height}x{width}, as the channels of its last map have one value each; choose batch, "
            "layer or none"
        )
    image = keras.Input(image_shape, name="image")
    features = strided_maps(
        image, convolutions, norm=norm, spectral_norm=spectral_norm, biases=biases
    )
    x = layers.Flatten(name="flatten")(features[-1])
    x = dense(units, spectral_norm=spectral_norm, name="dense")(x)
    x = layers.LeakyReLU(0.2, name="leaky_relu_dense")(x)
    logits = dense(1, spectral_norm=spectral_norm, dtype="float32", name="logits")(x)
    return discriminator_model({"image": image}, [*features, x], {"logits": logits})
