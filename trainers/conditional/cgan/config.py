"""Settings of cGAN."""

import dataclasses

from trainers.conditional.config import ConditionalConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class CGANConfig(ConditionalConfig):
    """Settings of networks that take the label as an input."""
