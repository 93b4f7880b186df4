"""The networks of AC-GAN.

Reference: Odena, Olah & Shlens, Conditional Image Synthesis with Auxiliary Classifier GANs, 2017,
appendix A. The paper gives 768 and 384 channels for the first map, but not its size; it is chosen
here so that the image has the right size.
"""

import keras

from nets.blocks import short_side
from nets.conditional import convolutions
from nets.conditional.convolutions import Convolution
from tfgan_kit.settings.size import Sizes

# Per image size: size and channels of the first map, and the channels of the following maps.
_GENERATORS = {32: ((4, 384), (192, 96)), 128: ((8, 768), (384, 256, 192))}
_DISCRIMINATOR = ((16, 2), (32, 1), (64, 2), (128, 1), (256, 2), (512, 1))
SIZES = Sizes(tuple(_GENERATORS))


def generator(image_shape, latent_size, *, width=1.0, norm="batch", label=None):
    """Returns a generator: dense to 4x4 (8x8) maps, transposed convolutions 5x5 of stride 2.

    The maps have 384, 192 and 96 channels for 32 pixels, and 768, 384, 256 and 192 for 128. Weights
    are initialised with N(0, 0.02).

    Args:
      image_shape: (size, size, channels), size 32 or 128.
      latent_size: length of the latent vector.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each ReLU but the first.
      label: a `GeneratorLabel`, "concat" in the paper; "cbn" conditions all normalizations but the
        last.

    Returns:
      A Keras model with outputs "features_1", one per further hidden map, and "image".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    first, hidden = _GENERATORS[short_side("acgan", image_shape, SIZES)]
    return convolutions.generator(
        image_shape,
        latent_size,
        first=first,
        hidden=tuple(Convolution(filters, 2) for filters in hidden),
        initializer=_normal,
        width=width,
        norm=norm,
        label=label,
    )


def discriminator(
    image_shape,
    *,
    width=1.0,
    norm="batch",
    spectral_norm=False,
    label=None,
    dropout=0.5,
    noise=0.0,
):
    """Returns a discriminator: six 3x3 convolutions, every other one of which halves the size.

    They have 16 to 512 channels, LeakyReLU 0.2 and dropout. Weights are initialised with
    N(0, 0.02).

    Args:
      image_shape: (size, size, channels), size 32 or 128.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU but the first.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`, "auxiliary" in the paper.
      dropout: rate after each activation.
      noise: standard deviation of Gaussian noise on each activation; 0, 0.1 or 0.2 in the paper.

    Returns:
      A Keras model with an output "features_i" per map, "logits", and with some labels
      "class_logits".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    short_side("acgan", image_shape, SIZES)
    return convolutions.discriminator(
        image_shape,
        hidden=tuple(Convolution(*layer) for layer in _DISCRIMINATOR),
        initializer=_normal,
        dropout=dropout,
        noise=noise,
        width=width,
        norm=norm,
        spectral_norm=spectral_norm,
        label=label,
    )


def _normal():
    return keras.initializers.RandomNormal(stddev=0.02)
