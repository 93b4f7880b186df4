"""Settings of the methods that translate between two domains and learn it without pairs."""

import dataclasses

from tfgan_kit.settings.names import ADVERSARIAL_LOSSES
from tfgan_kit.settings.option import option
from trainers.core.settings.domains import DomainsConfig
from trainers.core.settings.translation import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class UnpairedConfig(TranslationConfig, DomainsConfig):
    """Two domains, a translator for each direction, and a discriminator in each domain."""

    dataset: str = option(
        "glyph_unpaired",
        "pair of domains by name, or two data sets joined with a comma",
        group="data",
    )
    loss: str = option(
        "least_squares", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    # (D - 1)^2 for G, without the 1/2 of the least-squares loss.
    adversarial_weight: float = option(
        2.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
