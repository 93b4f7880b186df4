"""Settings of the GAN family."""

import dataclasses

from trainers.core.settings.pair import PairConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class GANConfig(PairConfig):
    """Settings of one generator and one discriminator."""
