"""Settings of methods that learn a start from which tasks are learned in a few steps."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import EpisodesConfig
from tfgan_kit.settings.option import option


@dataclasses.dataclass(frozen=True, kw_only=True)
class FewShotConfig(EpisodesConfig):
    """What the learners of few-shot tasks have in common."""

    dataset: str = option(
        "glyph_tasks", "name of a data set of classes, or path to images", group="data"
    )
    evaluate_tasks: int = option(100, "held-out tasks to measure on", group="measures", minimum=2)
    evaluate_at: tuple[int, ...] = option(
        (0, 1, 5, 10, 50),
        "numbers of adaptation steps after which they are measured",
        group="measures",
        minimum=0,
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

    def check(self):
        """See `RunConfig.check`."""
        super().check()
        if self.precision == "mixed_float16":
            raise UserError(
                "--precision mixed_float16: inner steps have no loss scaling, and small gradients "
                "would vanish; take mixed_bfloat16 or float32"
            )
        if list(self.evaluate_at) != sorted(set(self.evaluate_at)) or not self.evaluate_at:
            raise UserError("--evaluate-at needs ascending numbers of steps, such as 0,1,5,10")
