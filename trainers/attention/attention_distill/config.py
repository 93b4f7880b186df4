"""Settings of the distillation of attention."""

import dataclasses
import os

from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from trainers.unpaired.stargan.config import StarGANConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class AttentionDistillConfig(StarGANConfig):
    """A small generator, and the run of a large one whose maps it is to have."""

    teacher: str = option(
        "", "run with the large generator, and the discriminator that explains both", metavar="DIR"
    )

    filters: int = option(32, "channels of the generator's first map", group="networks", minimum=1)
    blocks: int = option(3, "residual blocks of the generator", group="networks", minimum=1)
    norm: str = option(
        "none", "normalisation of the generator", group="networks", choices=NORMALIZATIONS
    )
    discriminator_filters: int | None = option(
        None,
        "channels of the discriminator's first map; by default as many as the teacher's",
        group="networks",
        minimum=1,
    )

    attention_weight: float = option(
        10.0, "weight of the distance to the teacher's maps", group="loss", minimum=0
    )
    attention_scale: str = option(
        "unit",
        "unit: L2 distance of maps of norm 1; none: mean absolute difference of the raw maps",
        group="loss",
        choices=("unit", "none"),
    )
    attention_first_order: bool = option(
        False, "treat the weights of a map's channels as constants in its gradient", group="loss"
    )
    attention_every: int = option(
        1,
        "steps between comparisons of maps, whose weight is multiplied by this",
        group="loss",
        minimum=1,
    )

    def resolved(self) -> "AttentionDistillConfig":
        """See `TrainConfig.resolved`: the path of the teacher's run is absolute."""
        path = os.path.abspath(self.teacher) if self.teacher else ""
        return dataclasses.replace(super().resolved(), teacher=path)
