"""Settings of FIGR."""

import dataclasses

from tfgan_kit.settings.episodes import TasksConfig
from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import JudgeConfig
from trainers.few_shot.inner_config import InnerConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class FIGRConfig(TasksConfig, InnerConfig, JudgeConfig, MetricsConfig):
    """A generator and a critic that a few inner steps adapt to the images of one class."""

    shots: int = option(4, "images of a task", group="data", minimum=1)
    batch_size: int = option(
        1, "tasks per outer step, over all devices", group="optimizer", minimum=1
    )
    steps: int = option(50_000, "outer steps", group="when", minimum=1)

    width: float = option(1.0, "factor on all channel counts", group="networks", above=0)
    latent_size: int = option(100, "length of the latent vector", group="networks", minimum=1)

    inner_steps: int = option(
        10, "steps on a task, each of the critic and then of the generator", minimum=1
    )
    inner_learning_rate: float = option(
        1e-3, "learning rate of these steps, by gradient descent", group="optimizer", above=0
    )
    optimizer: str = option(
        "adam",
        "outer optimiser, given w - w~ as the gradient; with sgd, its rate is Reptile's epsilon",
        group="optimizer",
        choices=("adam", "sgd"),
    )
    learning_rate: float = option(
        1e-4, "learning rate of the outer optimiser", group="optimizer", minimum=0
    )
    penalty_weight: float = option(
        10.0, "weight of the critic's gradient penalty", group="loss", minimum=0
    )

    evaluate_tasks: int = option(
        20, "held-out tasks to adapt to in an evaluation", group="measures", minimum=2
    )

    @property
    def sizes(self) -> Sizes:
        """Those of the networks."""
        from nets.few_shot.figr import SIZES

        return SIZES
