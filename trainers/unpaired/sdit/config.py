"""Settings of SDIT."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.unpaired.many_domains.config import ManyDomainsConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class SDITConfig(ManyDomainsConfig):
    """StarGAN's game with a latent, which must be seen in the translation."""

    cycle_weight: float = option(
        10.0,
        "weight of the mean absolute error of the cycle; 800 with the thesis' losses",
        group="loss",
        minimum=0,
    )
    latent_weight: float = option(
        10.0,
        "weight of D's error in predicting the latent of a translation",
        group="loss",
        minimum=0,
    )
    latent_size: int = option(8, "length of the latent", group="networks", minimum=1)
    styled_blocks: int = option(
        4, "residual blocks that the latent controls", group="networks", minimum=1
    )
    attention: bool = option(
        True,
        "let the generator choose where the latent matters; off for images that change as a whole",
        group="networks",
    )
