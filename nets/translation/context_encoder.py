"""The context encoder's networks for inpainting.

Reference: Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016, section 3; layers
and channels are those of the authors' code.
"""

import keras
from keras import layers

from nets.blocks import discriminator_model, generator_model
from nets.translation.strided import Convolution, strided_maps
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Conv2D, Conv2DTranspose, SpectralConv2D, normalization

SMALLEST = 32  # The side of the smallest images with a hole.
_LAST = 4  # The side of the smallest map but for the bottleneck.


def generator(channels=3, *, size=128, centre=True, filters=64, bottleneck=4000, norm="batch"):
    """Returns a generator that fills the hole of an image, by convolutions 4x4 only.

    Convolutions of stride 2 with LeakyReLU 0.2 halve the image down to 4x4, where there are 8 times
    `filters` channels; each larger map has half as many, at least `filters`. A convolution without
    padding maps this to the bottleneck (1x1), from which transposed convolutions with ReLU and as
    many channels lead up again. All but the first and the last are followed by a normalization,
    where "batch" needs a batch of several images: one alone would have an empty bottleneck in
    training. "instance" would always empty it, and is left out there. Kernels start as N(0, 0.02).

    Args:
      channels: of the images.
      size: side of the images in training, a power of 2, at least 32; 128 in the paper.
      centre: whether to return only the centre of the image, with half its sides; else the whole
        image, for holes anywhere.
      filters: channels of the largest maps.
      bottleneck: channels of the bottleneck.
      norm: "batch", "instance", "layer" or "none".

    Returns:
      A Keras model "generator" from "input" (b, h, w, channels) in [-1, 1], with the holes filled,
      to one output "features_i" per hidden map and "image" (b, h / 2, w / 2, channels), or (b, h,
      w, channels) if not `centre`, float32 in [-1, 1]. h and w are multiples of size / 4, and at
      least size.

    Raises:
      UserError: for another size, or if there is no such normalization.
    """
    image = keras.Input((None, None, channels), name="input")
    features, filled = painted(
        image, size=size, centre=centre, filters=filters, bottleneck=bottleneck, norm=norm
    )
    return generator_model({"input": image}, features, filled)


def painted(image, *, size, centre, filters, bottleneck, norm):
    """The maps of `generator` for images, as a list, and its output.

    Args:
      image: (b, h, w, channels).
      size, centre, filters, bottleneck, norm: see `generator`.
    """
    sides, channels = _sides(size, SMALLEST), image.shape[-1]
    features = strided_maps(image, _convolutions(sides, filters), norm=norm, initializer=_normal)
    x = Conv2D(bottleneck, _LAST, kernel_initializer=_normal(), name="conv_bottleneck")(
        features[-1]
    )
    x = normalization("none" if norm == "instance" else norm, name="norm_bottleneck")(x)
    x = layers.LeakyReLU(0.2, name="leaky_relu_bottleneck")(x)
    features.append(x)
    ups = sides[::-1][: -1 if centre else None]
    for i, side in enumerate(ups, start=1):
        stride, padding = (1, "valid") if i == 1 else (2, "same")
        x = _up(_filters(side, filters), stride, padding, f"up_{i}")(x)
        x = normalization(norm, name=f"norm_up_{i}")(x)
        x = layers.ReLU(name=f"relu_up_{i}")(x)
        features.append(x)
    x = _up(channels, 2, "same", "output")(x)
    return features, layers.Activation("tanh", dtype="float32", name="image")(x)


def discriminator(image_shape, *, filters=64, norm="batch", spectral_norm=False):
    """Returns a discriminator of images of one size: convolutions 4x4 down to 4x4, then one number.

    It sees the centre alone, or the whole image, without a condition. Channels, activations and
    initial kernels are those of the generator's first half.

    Args:
      image_shape: (size, size, channels), size a power of 2, at least 16; 64 in the paper for the
        centre, 128 for whole images.
      filters: channels of the largest maps.
      norm: "batch", "instance", "layer" or "none", after all convolutions but the first.
      spectral_norm: whether all layers are spectrally normalised.

    Returns:
      A Keras model "discriminator" from "image" in [-1, 1] to one output "features_i" per map and
      "logits" (b, 1), float32.

    Raises:
      UserError: for another size, or if there is no such normalization.
    """
    height, width, _ = image_shape
    if height != width:
        raise UserError(
            f"the discriminator of context_encoder does not support images of {height}x{width}; "
            "choose a square size"
        )
    image = keras.Input(image_shape, name="image")
    features = strided_maps(
        image,
        _convolutions(_sides(height, SMALLEST // 2), filters),
        norm=norm,
        spectral_norm=spectral_norm,
        initializer=_normal,
    )
    kind = SpectralConv2D if spectral_norm else Conv2D
    x = kind(1, _LAST, kernel_initializer=_normal(), dtype="float32", name="conv_logits")(
        features[-1]
    )
    logits = layers.Flatten(dtype="float32", name="logits")(x)
    return discriminator_model({"image": image}, features, {"logits": logits})


def _sides(size, smallest):
    """Returns the sides of the maps, from the largest to 4."""
    if size < smallest or size & (size - 1):
        raise UserError(
            f"context_encoder does not support images of {size}x{size} here; choose a power of 2 "
            f"of at least {smallest}"
        )
    return [size >> i for i in range(1, (size // _LAST).bit_length())]


def _filters(side, filters):
    return filters * max(1, 32 // side)


def _convolutions(sides, filters):
    return [Convolution(_filters(side, filters), 4, 2) for side in sides]


def _up(filters, stride, padding, name):
    return Conv2DTranspose(
        filters, 4, strides=stride, padding=padding, kernel_initializer=_normal(), name=name
    )


def _normal():
    # A new one for each layer: an initialiser draws the same numbers every time it is used.
    return keras.initializers.RandomNormal(stddev=0.02)
