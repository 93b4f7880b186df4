"""Settings of the methods that draw images from label maps."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.core.settings.perceptual import PerceptualConfig
from trainers.paired.config import PairedConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabelMapConfig(PairedConfig, PerceptualConfig):
    """What pix2pixHD and SPADE share: discriminators at several scales, and their features."""

    dataset: str = option(
        "glyph_scene", "name of a data set, or path to label maps and images", group="data"
    )
    instances: bool | None = option(
        None, "use instance maps; by default, if there are any", group="data"
    )
    feature_matching_weight: float = option(
        10.0, "weight of the distance in the discriminators' features", group="loss", minimum=0
    )
    perceptual_weight: float = option(
        10.0, "weight of the distance in VGG's features", group="loss", minimum=0
    )
    evaluation_segmenter: str | None = option(
        None,
        "segmenter file that judges generated images; trained first if not given",
        group="measures",
        metavar="FILE",
    )
    segmenter_steps: int = option(
        1000, "training steps of that segmenter; 0: no segmenter", group="measures", minimum=0
    )
    segmenter_width: float = option(1.0, "factor on its channel counts", group="measures", above=0)
    discriminator_scales: int = option(
        2, "discriminators, each at half the previous resolution", group="networks", minimum=1
    )
    discriminator_layers: int = option(
        3, "convolutions of stride 2 in each of them", group="networks", minimum=1, maximum=5
    )
