"""Settings of SRGAN."""

import dataclasses

from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from trainers.paired.super_resolution.config import SuperResolutionConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class SRGANConfig(SuperResolutionConfig):
    """SRResNet, first for the squared error, then against a discriminator."""

    content_layer: str = option(
        "vgg54",
        "features for the content: after the 4th convolution before the 5th pooling (vgg54), or "
        "the 2nd before the 2nd (vgg22)",
        choices=("vgg22", "vgg54"),
    )
    adversarial_weight: float = option(
        1e-3, "weight of the adversarial loss of G; 0: no GAN", group="loss", minimum=0
    )
    norm: str = option(
        "batch",
        "normalisation in both networks",
        group="networks",
        choices=NORMALIZATIONS,
    )
