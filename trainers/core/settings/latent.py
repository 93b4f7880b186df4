"""Settings of adversarial methods that generate from a latent."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.core.settings.adversarial import AdversarialConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class LatentConfig(AdversarialConfig):
    """The latent, and the width of the networks."""

    width: float = option(1.0, "factor on all channel counts", group="networks", above=0)
    latent_size: int = option(100, "length of the latent vector", group="networks", minimum=1)
    latent: str = option(
        "normal", "distribution of the latent", group="networks", choices=("normal", "uniform")
    )
