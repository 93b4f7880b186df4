"""Settings of MAML."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.few_shot.config import FewShotConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class MAMLConfig(FewShotConfig):
    """A start from which one or a few steps of gradient descent learn a task."""

    batch_size: int = option(32, "tasks per update, over all devices", group="optimizer", minimum=1)
    learning_rate: float = option(
        1e-3, "learning rate of Adam, which updates the start", group="optimizer", minimum=0
    )
    inner_learning_rate: float = option(
        0.4, "learning rate of the inner steps", group="optimizer", above=0
    )
    inner_steps: int = option(
        1,
        "inner steps in training; 0: joint training on all tasks, for comparison",
        group="optimizer",
        minimum=0,
    )
    first_order: bool = option(
        False,
        "treat the gradients of inner steps as constants: cheaper, but less exact",
        group="optimizer",
    )
