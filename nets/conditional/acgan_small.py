"""The networks of Keras' example of AC-GAN, for images of 28x28.

Reference: mnist_acgan.py among the examples of Keras 2, a small version of the networks of Odena et
al. 2017. The example normalises after each ReLU of the generator, these networks before it.
"""

from keras import initializers

from nets.blocks import short_side
from nets.conditional import convolutions
from nets.conditional.convolutions import Convolution
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((28,))
_FIRST = (3, 384)
_GENERATOR = (Convolution(192, 1, "valid"), Convolution(96, 2))
_DISCRIMINATOR = tuple(Convolution(*each) for each in ((32, 2), (64, 1), (128, 2), (256, 1)))


def generator(image_shape, latent_size, *, width=1.0, norm="batch", label=None):
    """Returns a generator: dense to 3x3, transposed convolutions 5x5 to 7x7, 14x14 and 28x28.

    The maps have 384, 192 and 96 channels. Weights are initialised with Glorot's normal
    distribution.

    Args:
      image_shape: (28, 28, channels).
      latent_size: length of the latent vector.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each ReLU but the first.
      label: a `GeneratorLabel`, "multiply" in the example; "cbn" conditions all normalizations but
        the last.

    Returns:
      A Keras model with outputs "features_1" to "features_3", and "image".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    short_side("acgan_small", image_shape, SIZES)
    return convolutions.generator(
        image_shape,
        latent_size,
        first=_FIRST,
        hidden=_GENERATOR,
        initializer=initializers.GlorotNormal,
        width=width,
        norm=norm,
        label=label,
    )


def discriminator(
    image_shape,
    *,
    width=1.0,
    norm="none",
    spectral_norm=False,
    label=None,
    dropout=0.3,
    noise=0.0,
):
    """Returns a discriminator: four 3x3 convolutions of 32 to 256 channels down to 7x7.

    They have LeakyReLU 0.2 and dropout. Weights are initialised with Glorot's uniform distribution.

    Args:
      image_shape: (28, 28, channels).
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU but the first.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`, "auxiliary" in the example.
      dropout: rate after each activation.
      noise: standard deviation of Gaussian noise on each activation.

    Returns:
      A Keras model with an output "features_i" per map, "logits", and with some labels
      "class_logits".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    short_side("acgan_small", image_shape, SIZES)
    return convolutions.discriminator(
        image_shape,
        hidden=_DISCRIMINATOR,
        initializer=initializers.GlorotUniform,
        dropout=dropout,
        noise=noise,
        width=width,
        norm=norm,
        spectral_norm=spectral_norm,
        label=label,
    )
