"""Settings of the VAE."""

import dataclasses

from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import option


@dataclasses.dataclass(frozen=True, kw_only=True)
class VAEConfig(MetricsConfig):
    """An encoder of images to latents, and a decoder of latents to images."""

    steps: int = option(3_000, "training steps", group="when", minimum=1)
    batch_size: int = option(
        64, "examples per update, over all devices", group="optimizer", minimum=1
    )
    width: float = option(1.0, "factor on all channel counts", group="networks", above=0)
    latent_size: int = option(32, "length of the latent vector", group="networks", minimum=1)
    kl_weight: float = option(
        1.0, "weight of the divergence of the latents from N(0, I)", group="loss", minimum=0
    )
    learning_rate: float = option(1e-3, "learning rate of Adam", group="optimizer", minimum=0)
