"""Settings of ProGAN."""

import dataclasses

from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, PENALTIES
from tfgan_kit.settings.option import option
from trainers.generation.growing.config import GrowingConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProGANConfig(GrowingConfig):
    """The loss of the paper, and its batch."""

    loss: str = option("wasserstein", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    penalty: str = option("wgan_gp", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    drift_weight: float = option(
        1e-3, "weight of the mean of D(x)^2, which keeps D near 0", group="loss", minimum=0
    )
    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )
    warmup_steps: int = option(
        2500, "steps until the full learning rate", group="optimizer", minimum=0
    )
    steps: int = option(300_000, "training steps (generator updates)", group="when", minimum=1)
