"""Settings of cGAN."""

import dataclasses

from trainers.conditional.config import ConditionalConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class CGANConfig(ConditionalConfig):
    """The label beside the latent, and beside the image."""
