"""The discriminator of SRGAN.

Reference: Ledig et al., Photo-Realistic Single Image Super-Resolution Using a Generative
Adversarial Network, 2017, figure 4.
"""

from nets.translation.strided import Convolution
from nets.translation.vgg_discriminator import vgg_discriminator

_DEPTH = 4  # Times that the size is halved.


def discriminator(image_shape, *, filters=64, norm="batch", spectral_norm=False):
    """Returns a discriminator of images of one size: convolutions 3x3, two dense layers.

    Of each pair of convolutions the second has stride 2; the pairs have 1, 2, 4 and 8 times
    `filters` channels, then there are 16 times `filters` units. LeakyReLU 0.2 throughout.

    Args:
      image_shape: (height, width, channels), multiples of 16; (96, 96, 3) in the paper.
      filters: channels of the first map.
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
        Convolution(filters * 2**i, 3, stride) for i in range(_DEPTH) for stride in (1, 2)
    ]
    return vgg_discriminator(
        "srgan", image_shape, convolutions, 16 * filters, norm=norm, spectral_norm=spectral_norm
    )
