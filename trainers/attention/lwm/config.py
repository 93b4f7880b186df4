"""Settings of learning without memorizing."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.attention.config import TeacherConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class LwMConfig(TeacherConfig):
    """A classifier that learns new classes without an image of the old ones."""

    distillation_weight: float = option(
        1.0,
        "beta, weight of matching the teacher's output for the old classes",
        group="loss",
        minimum=0,
    )
    temperature: float = option(
        2.0, "divisor of the old classes' logits in that term", group="loss", above=0
    )
    attention_weight: float = option(
        1.0, "gamma, weight of matching where both look for an old class", group="loss", minimum=0
    )
    layer: str | None = option(
        None,
        "layer of both whose maps are compared; by default the last convolution, with what follows "
        "it at its size",
        metavar="NAME",
    )
