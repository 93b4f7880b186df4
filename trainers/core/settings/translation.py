"""Settings of the methods that make an image from another."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.core.settings.adversarial import AdversarialConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class TranslationConfig(AdversarialConfig):
    """A generator that makes an image from another."""

    filters: int = option(64, "channels of the networks' first maps", group="networks", minimum=1)
    adversarial_weight: float = option(
        1.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    batch_size: int = option(
        1, "examples per update, over all devices", group="optimizer", minimum=1
    )
    ema_decay: float = option(
        0.0,
        "decay of the averaged generator; 0: none is kept",
        group="optimizer",
        minimum=0,
        maximum=0.99999,
    )
