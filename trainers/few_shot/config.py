"""Settings of methods that learn a start from which tasks are learned in a few steps."""

import dataclasses

from tfgan_kit.settings.episodes import EpisodesConfig
from tfgan_kit.settings.option import option
from trainers.few_shot.inner_config import InnerConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class FewShotConfig(EpisodesConfig, InnerConfig):
    """What the learners of few-shot tasks have in common."""

    dataset: str = option(
        "glyph_tasks", "name of a data set of classes, or path to images", group="data"
    )
    evaluate_tasks: int = option(
        100, "held-out tasks to adapt to in an evaluation", group="measures", minimum=2
    )
    filters: int = option(
        64, "filters of each convolution, for images", group="networks", minimum=1
    )
    downsampling: str = option(
        "stride",
        "how the four convolutions reduce images: by strides, or by max pooling",
        group="networks",
        choices=("stride", "pool"),
    )
    units: int = option(
        40, "units of the two hidden layers, for points", group="networks", minimum=1
    )
    adapt_only: str = option(
        "all",
        "what the inner steps change: all weights, or those of the last layer",
        group="networks",
        choices=("all", "last"),
    )
