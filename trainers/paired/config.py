"""Settings of the methods that learn to make images from what they are given of them."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.core.settings.translation import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PairedConfig(TranslationConfig):
    """A generator that is given one image of a pair, and shown the other."""

    dataset: str = option(
        "glyph_edge2colour", "name of a data set, or path to pairs of images", group="data"
    )
    direction: str = option(
        "a2b",
        "direction of translation; b2a swaps the two images of a pair",
        group="data",
        choices=("a2b", "b2a"),
    )
