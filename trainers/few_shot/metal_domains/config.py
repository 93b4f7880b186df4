"""Settings of MetalGAN between domains."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import TasksConfig
from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import DomainJudgeConfig
from trainers.few_shot.inner_config import InnerConfig

WEIGHTS = "of G's adversarial, domain, reconstruction and feature terms"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MetalDomainsConfig(TasksConfig, InnerConfig, DomainJudgeConfig, MetricsConfig):
    """A translator without labels, and how far its clones go towards a domain."""

    dataset: str = option(
        "style_domains",
        "name of a data set, or path to images, whose labels are domains",
        group="data",
    )
    shots: int = option(
        320,
        "images of a domain that a clone learns from, together with as many of all domains",
        group="data",
        minimum=1,
    )
    others: int = option(
        512, "images of all domains that an adaptation uses", group="data", minimum=1
    )
    batch_size: int = option(
        1, "domains per outer step, over all devices", group="optimizer", minimum=1
    )
    steps: int = option(100_000, "outer steps", group="when", minimum=1)

    filters: int = option(64, "channels of the networks' first maps", group="networks", minimum=1)
    blocks: int = option(6, "residual blocks of the generator", group="networks", minimum=0)
    discriminator_layers: int = option(
        3, "convolutions of stride 2 in the discriminator", group="networks", minimum=1, maximum=5
    )

    loss_weights: tuple[float, ...] = option(
        (1.0, 1.0, 10.0, 1.0), f"weights {WEIGHTS}", group="loss", minimum=0
    )
    adapted_weights: tuple[float, ...] = option(
        (100.0, 100.0, 1.0, 1.0), f"weights {WEIGHTS}, in adaptation", group="loss", minimum=0
    )

    inner_steps: int = option(20, "steps of a clone on its domain", group="optimizer", minimum=1)
    inner_batch: int = option(
        16, "images of the domain, and of all domains, per step", group="optimizer", minimum=1
    )
    inner_learning_rate: float = option(
        1e-4, "learning rate of clones, by Adam (0.5, 0.999)", group="optimizer", minimum=0
    )
    low_accuracy: float = option(
        0.5, "G learns if the accuracy of D is above this", group="optimizer", minimum=0, maximum=1
    )
    high_accuracy: float = option(
        0.9, "D learns if its accuracy is below this", group="optimizer", minimum=0, maximum=1
    )
    meta_rate: float = option(
        0.01, "how far both networks follow their clones", group="optimizer", above=0, maximum=1
    )
    fine_tune_rounds: int = option(
        10, "rounds over new domains before an adaptation", group="optimizer", minimum=0
    )
    fine_tune_rate: float = option(
        0.1, "how far networks follow clones in these rounds", group="optimizer", above=0, maximum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.low_accuracy > self.high_accuracy:
            raise UserError(
                f"--low-accuracy {self.low_accuracy} is above --high-accuracy "
                f"{self.high_accuracy}: between them no network would learn"
            )
        for name in ("loss_weights", "adapted_weights"):
            if len(getattr(self, name)) != 4:
                raise UserError(f"--{name.replace('_', '-')}: give four numbers, {WEIGHTS}")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=max(4, 2**self.discriminator_layers), largest=256)
