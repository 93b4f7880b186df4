"""Settings of the methods that generate by label."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import (
    DISCRIMINATOR_LABELS,
    GENERATOR_LABELS,
    LABEL_SAMPLINGS,
)
from tfgan_kit.settings.option import option
from trainers.core.settings.judge import JudgeConfig
from trainers.core.settings.pair import PairConfig

# Settings of networks -> the networks that have them.
_WITH = {
    "dropout": ("acgan", "acgan_small", "cgan_mlp"),
    "activation_noise": ("acgan", "acgan_small"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConditionalConfig(PairConfig, JudgeConfig):
    """Settings of methods whose generator and discriminator both use the label."""

    generator_label: str = option(
        "concat", "how the generator takes the label", choices=GENERATOR_LABELS
    )
    discriminator_label: str = option(
        "map", "how the discriminator takes the label, or predicts it", choices=DISCRIMINATOR_LABELS
    )
    label_rows: str = option(
        "random",
        "initial values of the label's rows in G's first kernel, in a warm start from a run "
        "without labels",
        group="networks",
        choices=("random", "zero"),
    )
    label_sampling: str = option(
        "empirical", "how labels of generated examples are drawn", choices=LABEL_SAMPLINGS
    )
    label_weights: tuple[float, ...] = option(
        (), "share of each class among generated examples; with --label-sampling weights", minimum=0
    )
    balanced_real: bool = option(False, "show real examples of all classes equally often")
    labelled_per_class: int | None = option(
        None, "number of real examples per class whose label is used; by default all", minimum=1
    )
    label_noise: float = option(
        0.0, "probability that a real example has the label of another class", minimum=0, maximum=1
    )
    noise_matrix: str | None = option(
        None,
        "a .npy or .csv with the probabilities that a class (row) is labelled as each (column); "
        "labels of fakes are changed accordingly for D",
        metavar="FILE",
    )

    dropout: float | None = option(
        None,
        "rate of the dropout in acgan, acgan_small and cgan_mlp; by default the network's own",
        group="networks",
        minimum=0,
        maximum=0.9,
    )
    activation_noise: float | None = option(
        None,
        "standard deviation of noise on D's activations in acgan and acgan_small; by default none",
        group="networks",
        minimum=0,
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if (self.label_sampling == "weights") != bool(self.label_weights):
            raise UserError("--label-sampling weights and --label-weights need each other")
        if self.label_weights and not sum(self.label_weights):
            raise UserError("--label-weights must not all be 0")
        if self.label_noise and self.noise_matrix:
            raise UserError(
                "--label-noise adds wrong labels, --noise-matrix describes those in the data; give "
                "only one of them"
            )
        begun = self.init_generator or self.init_from
        if self.label_rows == "zero" and not (begun and self.generator_label == "concat"):
            raise UserError(
                "--label-rows zero is for a warm start of --generator-label concat; add "
                "--init-from or --init-generator, or leave it out"
            )
        for name, networks in _WITH.items():
            if getattr(self, name) is not None and self.network not in networks:
                flag = "--" + name.replace("_", "-")
                raise UserError(
                    f"{flag}: the network {self.network} has none; choose --network "
                    f"{' or '.join(networks)}"
                )

    @property
    def generator_options(self) -> dict:
        """See `PairConfig.generator_options`."""
        given = self.dropout is not None and self.network == "cgan_mlp"
        return super().generator_options | ({"dropout": self.dropout} if given else {})

    @property
    def discriminator_options(self) -> dict:
        """See `PairConfig.discriminator_options`."""
        settings = {"dropout": self.dropout, "noise": self.activation_noise}
        given = {name: value for name, value in settings.items() if value is not None}
        return super().discriminator_options | given

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: how labels enter the networks."""
        return f"{self.generator_label}-{self.discriminator_label}"
