"""Settings of MetaGAN."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.few_shot.maml.config import MAMLConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class MetaGANConfig(MAMLConfig):
    """A classifier that adapts as in MAML, and tells generated images of the task apart."""

    inner_steps: int = option(1, "inner steps in training", group="optimizer", minimum=1)
    first_order: bool = option(
        True,
        "treat the gradients of inner steps as constants: cheaper, but less exact",
        group="optimizer",
    )
    latent_size: int = option(100, "length of the latent vector", group="networks", minimum=1)
    real_weight: float = option(
        1.0, "weight of recognising real images as real", group="loss", minimum=0
    )
    fake_weight: float = option(
        1.0, "weight of recognising generated images as generated", group="loss", minimum=0
    )
    generator_lr: float = option(
        2e-4, "learning rate of the generator's Adam", group="optimizer", minimum=0
    )
