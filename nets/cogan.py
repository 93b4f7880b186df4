"""CoGAN: generators and discriminators of several domains as flat joint models with shared layers.

Reference: Liu & Tuzel, Coupled Generative Adversarial Networks, 2016.
"""

from nets.cogan_discriminators import discriminator
from nets.cogan_discriminators import layer_count as discriminator_layers
from nets.cogan_generators import CHANNELS, generator
from nets.cogan_generators import layer_count as generator_layers
from tfgan_kit.errors import UserError
from tfgan_kit.settings.size import Sizes

__all__ = ["discriminator", "generator", "layer_counts", "paper_sharing", "sizes"]


def sizes(network="cogan"):
    """Returns the `tfgan_kit.settings.size.Sizes` that a network supports."""
    return Sizes(tuple(CHANNELS[network]))


def layer_counts(size, network="cogan"):
    """Returns the numbers of layers of a generator and a discriminator for images of that size.

    All but one of each can be shared.

    Args:
      size: height and width of the images.
      network: "cogan" (32, 64, 128 or 256 pixels) or "dcgan" (32, 64 or 128).

    Raises:
      UserError: for other sizes.
    """
    if size not in CHANNELS[network]:
        known = ", ".join(f"{s}x{s}" for s in CHANNELS[network])
        raise UserError(
            f"network {network!r} does not support examples of size {size}; resize the images to "
            f"one of {known}, or choose another network"
        )
    return generator_layers(network, size), discriminator_layers(network, size)


def paper_sharing(size, network="cogan"):
    """Returns the default numbers of shared layers of the generators and of the discriminators.

    The last layer of each generator (the last two above 32 pixels) and the first layer of each
    discriminator are not shared. Arguments and errors are those of `layer_counts`.
    """
    generators, discriminators = layer_counts(size, network)
    return generators - (1 if size == 32 else 2), discriminators - 1
