"""Settings of ESRGAN."""

import dataclasses

from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NORMALIZATIONS
from tfgan_kit.settings.option import option
from trainers.paired.super_resolution.config import SuperResolutionConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ESRGANConfig(SuperResolutionConfig):
    """Dense blocks, first for the absolute error, then against a relativistic discriminator."""

    l1_weight: float = option(
        1e-2,
        "weight of the mean absolute difference in addition to the GAN",
        group="loss",
        minimum=0,
    )
    adversarial_weight: float = option(
        5e-3, "weight of the adversarial loss of G; 0: no GAN", group="loss", minimum=0
    )
    loss: str = option(
        "relativistic_average", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    blocks: int = option(23, "blocks of the generator", group="networks", minimum=1)
    growth: int = option(
        32, "channels that each convolution of a dense block adds", group="networks", minimum=1
    )
    norm: str = option(
        "batch",
        "normalisation in the discriminator; the generator has none",
        group="networks",
        choices=NORMALIZATIONS,
    )
    pretrain_lr: float = option(
        2e-4, "learning rate of the generator in the first stage", group="optimizer", minimum=0
    )
    beta_2: float = option(
        0.99, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1
    )
    ema_decay: float = option(
        0.999,
        "decay of the averaged generator; 0: none is kept",
        group="optimizer",
        minimum=0,
        maximum=0.99999,
    )

    judged = 32

    @property
    def pixel_weight(self) -> float:
        """See `SuperResolutionConfig`."""
        return self.l1_weight
