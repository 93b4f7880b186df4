"""Settings of Reptile."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.few_shot.config import FewShotConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReptileConfig(FewShotConfig):
    """A start that is near to what tasks are learned to, moved towards each of them."""

    queries: int = option(
        11,
        "further examples per class: trained on as well, and classified in held-out tasks",
        group="data",
        minimum=1,
    )
    batch_size: int = option(3, "tasks per update, over all devices", group="optimizer", minimum=1)
    learning_rate: float = option(
        1.0,
        "share of the way to move towards the weights learned on the tasks of an update",
        group="optimizer",
        minimum=0,
    )
    schedule: str = option(
        "linear",
        "schedule of this share",
        group="optimizer",
        choices=("constant", "linear", "cosine"),
    )
    decay_steps: int | None = option(
        None,
        "step at which it reaches 0; by default the planned last step",
        group="optimizer",
        minimum=1,
    )
    inner_optimizer: str = option(
        "adam",
        "how a task is learned: Adam without momentum, or gradient descent",
        group="optimizer",
        choices=("adam", "sgd"),
    )
    inner_learning_rate: float = option(
        4.4e-4, "learning rate on a task", group="optimizer", above=0
    )
    inner_steps: int = option(12, "inner steps in training", group="optimizer", minimum=1)
    inner_batch: int = option(
        5,
        "examples of an inner step, drawn from those of the task; 0: all of them",
        group="optimizer",
        minimum=0,
    )

    def resolved(self) -> "ReptileConfig":
        """See `TrainConfig.resolved`."""
        if self.schedule == "constant" or self.decay_steps is not None:
            return self
        return dataclasses.replace(self, decay_steps=self.steps)
