"""Settings of the paired methods that compare features of a VGG network."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.paired.config import PairedConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerceptualConfig(PairedConfig):
    """The network of the perceptual terms, which are off without its weights."""

    perceptual_network: str = option(
        "vgg19", "which VGG", group="networks", choices=("vgg16", "vgg19")
    )
    perceptual_weights: str | None = option(
        None,
        "file with the VGG's weights; without one, the terms of its features are off",
        group="networks",
        metavar="FILE",
    )
