"""Settings of StarGAN."""

import dataclasses

from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from trainers.unpaired.many_domains.config import ManyDomainsConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class StarGANConfig(ManyDomainsConfig):
    """A generator that must find its way back to the image's own domain."""

    norm: str = option(
        "instance", "normalisation of the generator", group="networks", choices=NORMALIZATIONS
    )
    discriminator_norm: str = option(
        "none",
        "normalisation of the discriminator except its first layer",
        group="networks",
        choices=NORMALIZATIONS,
    )
    discriminator_filters: int | None = option(
        None,
        "channels of the discriminator's first map; by default --filters",
        group="networks",
        minimum=1,
    )

    cycle_weight: float = option(
        10.0, "weight of the mean absolute error of the cycle", group="loss", minimum=0
    )
    identity_weight: float = option(
        0.0,
        "weight of the mean absolute change of an image translated to its own domain",
        group="loss",
        minimum=0,
    )
