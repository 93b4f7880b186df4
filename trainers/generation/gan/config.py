"""Settings of the GAN family."""

import dataclasses

from tfgan_kit.settings.names import NETWORKS, NORMALIZATIONS
from tfgan_kit.settings.option import option
from trainers.core.config import AdversarialConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class GANConfig(AdversarialConfig):
    """One generator against one discriminator."""

    network: str = option(
        "dcgan", "architecture of both networks", group="networks", choices=NETWORKS
    )
    generator_norm: str | None = option(
        None,
        "normalisation in the generator; the network's own",
        group="networks",
        choices=NORMALIZATIONS,
    )
    discriminator_norm: str | None = option(
        None,
        "normalisation in the discriminator; the network's own",
        group="networks",
        choices=NORMALIZATIONS,
    )
    spectral_norm: bool | None = option(
        None,
        "divide D's weights by their largest singular value; as the network has it",
        group="networks",
    )
