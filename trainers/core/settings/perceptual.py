"""Settings of the methods that compare features of a VGG network."""

import dataclasses
import os

from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import option
from trainers.core.settings.translation import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerceptualOptions(MetricsConfig):
    """The network of the perceptual terms, which are off without its weights."""

    perceptual_network: str = option(
        "vgg19", "which VGG", group="networks", choices=("vgg16", "vgg19")
    )
    perceptual_weights: str | None = option(
        None,
        "file with the VGG's weights; without one, features are not compared",
        group="networks",
        metavar="FILE",
    )

    def __post_init__(self):
        super().__post_init__()
        # A run must find its files wherever it is resumed from.
        if self.perceptual_weights:
            path = os.path.abspath(self.perceptual_weights)
            object.__setattr__(self, "perceptual_weights", path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerceptualConfig(PerceptualOptions, TranslationConfig):
    """A translator with perceptual terms."""
