"""Settings of the classifiers that measure what methods make: given, or trained first."""

import dataclasses

from tfgan_kit.settings.option import option
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainedClassifierConfig(TrainConfig):
    """How a classifier that is not given is trained."""

    classifier_steps: int = option(
        1000,
        "training steps of a classifier if none is given; 0: do not train one",
        group="measures",
        minimum=0,
    )
    classifier_width: float = option(
        0.5, "factor on the channel counts of a classifier", group="measures", above=0
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class JudgeConfig(TrainedClassifierConfig):
    """The classifier that tells the label of what is generated."""

    evaluation_classifier: str | None = option(
        None,
        "classifier file that judges generated images; trained first if not given",
        group="measures",
        metavar="FILE",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContentConfig(TrainedClassifierConfig):
    """The classifier of what translations must keep."""

    content_classifier: str | None = option(
        None,
        "classifier file for what translations must keep; trained first if not given and the data "
        "knows it",
        group="measures",
        metavar="FILE",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainJudgeConfig(ContentConfig):
    """The classifiers of domains and of what translations between them must keep."""

    evaluation_classifier: str | None = option(
        None,
        "classifier file that judges the domains of translations; trained first if not given",
        group="measures",
        metavar="FILE",
    )
