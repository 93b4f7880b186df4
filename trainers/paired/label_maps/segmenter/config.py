"""Settings of the segmenter."""

import dataclasses

from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class SegmenterConfig(TrainConfig):
    """A small network that names the class of each pixel."""

    steps: int = option(1_000, "training steps", group="when", minimum=1)
    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )
    width: float = option(1.0, "factor on all channel counts", group="networks", above=0)
    learning_rate: float = option(5e-3, "learning rate of Adam", group="optimizer", minimum=0)

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=4, largest=512)
