"""Settings of attention transfer."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.attention.config import TeacherConfig
from trainers.classification.classifier.config import ClassifierConfig

DISTANCES = ("squares", "length")
WEIGHTS = {"squares": 100.0, "length": 1.0}


@dataclasses.dataclass(frozen=True, kw_only=True)
class AttentionTransferConfig(TeacherConfig, ClassifierConfig):
    """A classifier that looks where a larger one does."""

    width: float = option(
        0.5, "factor on all channel counts of the student", group="networks", above=0
    )
    layers: tuple[str, ...] = option(
        (),
        "layers whose attention to compare, each a name found in both networks, or "
        "STUDENT=TEACHER; by default the activations that both have",
        metavar="NAME",
    )
    distance: str = option(
        "squares",
        "of attention of unit length: mean squared difference, or length of the difference",
        group="loss",
        choices=DISTANCES,
    )
    attention_weight: float | None = option(
        None,
        "beta, twice the weight of that distance; by default 100, for length 1",
        group="loss",
        minimum=0,
    )

    @property
    def beta(self) -> float:
        """The weight that is given, or that of the distance."""
        given = self.attention_weight
        return WEIGHTS[self.distance] if given is None else given
