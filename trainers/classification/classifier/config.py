"""Settings of the classifier."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClassifierTrainingConfig(TrainConfig):
    """How a classifier is trained, whatever its network."""

    steps: int = option(2_000, "training steps", group="when", minimum=1)
    batch_size: int = option(
        128, "examples per update, over all devices", group="optimizer", minimum=1
    )
    learning_rate: float = option(1e-3, "learning rate of Adam", group="optimizer", minimum=0)
    schedule: str = option(
        "linear",
        "schedule of the learning rate",
        group="optimizer",
        choices=("constant", "linear", "cosine"),
    )
    weight_decay: float = option(
        0.0, "lambda of lambda/2 * sum of squared weights", group="optimizer", minimum=0
    )
    decay_steps: int | None = option(
        None,
        "step at which the learning rate reaches 0; by default the planned last step",
        group="optimizer",
        minimum=1,
    )

    def resolved(self) -> "ClassifierTrainingConfig":
        """See `TrainConfig.resolved`."""
        config = super().resolved()
        if self.schedule == "constant" or self.decay_steps is not None:
            return config
        return dataclasses.replace(config, decay_steps=self.steps)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ClassifierConfig(ClassifierTrainingConfig):
    """A small convolutional network that tells classes, or the attributes of an image, apart."""

    width: float = option(1.0, "factor on all channel counts", group="networks", above=0)
    reduced_channels: int = option(
        0,
        "channels of a 1x1 convolution before the dense layers, for UDIT to compare; 0: none",
        group="networks",
        minimum=0,
    )
    pooling: str = option(
        "none",
        "mean: four convolutions and global mean pooling instead of the thesis' network, so that "
        "logits are means of class maps, which `explain` shows",
        group="networks",
        choices=("none", "mean"),
    )

    def resolved(self) -> "ClassifierConfig":
        """See `TrainConfig.resolved`."""
        if self.reduced_channels and self.pooling != "none":
            raise UserError("--reduced-channels goes with --pooling none: leave one of them out")
        return super().resolved()
