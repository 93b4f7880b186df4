"""The discriminator of ESRGAN.

Reference: Wang et al., ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks, 2018,
section 3.2, which names the VGG style; the sizes are those of the authors' code.
"""

from nets.translation.strided import Convolution
from nets.translation.vgg_discriminator import vgg_discriminator

_FACTORS = (1, 2, 4, 8, 8)  # On the filters, after each halving of the size.


def discriminator(image_shape, *, filters=64, units=100, norm="batch", spectral_norm=False):
    """Returns a discriminator of images of one size: five pairs of convolutions, two dense layers.

    A pair is a convolution 3x3 and one 4x4 of stride 2; the pairs have 1, 2, 4, 8 and 8 times
    `filters` channels. LeakyReLU 0.2 throughout. Its logits are meant for a relativistic loss.

    Args:
      image_shape: (height, width, channels), multiples of 32; (128, 128, 3) in the paper.
      filters: channels of the first map.
      units: of the first dense layer.
      norm: "batch", "instance", "layer" or "none", after all convolutions but the first.
      spectral_norm: whether all layers are spectrally normalised.

    Returns:
      A Keras model "discriminator" from "image" in [-1, 1] to one output "features_i" per map and
      one of the units, and "logits" (b, 1), float32.

    Raises:
      UserError: if the size is no such multiple, or the normalization is unknown or "instance"
        for the smallest size.
    """
    convolutions = [
        Convolution(filters * factor, size, stride)
        for factor in _FACTORS
        for size, stride in ((3, 1), (4, 2))
    ]
    return vgg_discriminator(
        "esrgan",
        image_shape,
        convolutions,
        units,
        norm=norm,
        spectral_norm=spectral_norm,
        biases=False,
    )
