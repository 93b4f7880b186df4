"""Settings of the methods whose examples come from several domains, and which measure classes."""

import dataclasses
from typing import NamedTuple

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from trainers.core.settings.adversarial import AdversarialConfig
from trainers.core.settings.judge import TrainedClassifierConfig


class FrozenClassifier(NamedTuple):
    """The classifier that a loss needs, which the field `classifier` names.

    Attributes:
      path: its file, None if one is to be trained first.
      same_classes: whether it must tell the classes of the data.
      layers: names of layers of which it must have one, the best first; () if any classifier will
        do.
      reduced: see `nets.classifiers.classifier`, for one that is trained first.
    """

    path: str | None
    same_classes: bool = True
    layers: tuple[str, ...] = ()
    reduced: int = 0

    def layer_of(self, network) -> str | None:
        """The name of the first of `layers` that a network has, None if it has none of them."""
        there = {layer.name for layer in network.layers}
        return next((name for name in self.layers if name in there), None)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainsConfig(AdversarialConfig, TrainedClassifierConfig):
    """The domains, and the classifiers that judge what is made in them."""

    dataset: str = option(
        "glyph2edge",
        "pair of domains by name, or two or more data sets joined with commas",
        group="data",
    )
    dataset_a: str | None = option(
        None, "the first of two domains, instead of --dataset", group="data"
    )
    dataset_b: str | None = option(
        None, "the second of two domains, instead of --dataset", group="data"
    )

    evaluation_classifiers: tuple[str, ...] = option(
        (),
        "a classifier file per domain that judges pairs; trained first if not given",
        group="measures",
        metavar="FILE",
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if (self.dataset_a is None) != (self.dataset_b is None):
            given, other = ("a", "b") if self.dataset_a else ("b", "a")
            raise UserError(f"--dataset-{given} needs --dataset-{other}, too")

    def moved(self, place):
        """See `tfgan_kit.settings.run.RunConfig.moved`."""
        if "dataset" in place:  # These two would replace it.
            place = place | {"dataset_a": None, "dataset_b": None}
        return super().moved(place)

    @property
    def frozen_classifier(self) -> FrozenClassifier | None:
        """The classifier of a loss, None if no loss needs one."""
        return None

    @property
    def data_name(self) -> str:
        """See `TrainConfig.data_name`."""
        both = (self.dataset_a, self.dataset_b)
        return ",".join(both) if all(both) else self.dataset
