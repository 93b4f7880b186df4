"""Settings of the methods whose domains meet in what encoders say of their images."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.core.settings.perceptual import PerceptualConfig
from trainers.unpaired.config import UnpairedConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class EncodedConfig(UnpairedConfig, PerceptualConfig):
    """An encoder and a decoder per domain, and the optimiser that UNIT and MUNIT have in common."""

    perceptual_weight: float = option(
        1.0,
        "weight of the change of VGG features by a translation, each map brought to mean 0 and "
        "variance 1",
        group="loss",
        minimum=0,
    )
    perceptual_network: str = option(
        "vgg16",
        "which VGG; the papers' code compares VGG16's",
        group="networks",
        choices=("vgg16", "vgg19"),
    )
    generator_lr: float = option(
        1e-4, "learning rate of encoders and decoders", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of the discriminators", group="optimizer", minimum=0
    )
    halve_every: int = option(
        100_000,
        "steps after which the learning rates are halved; 0: never",
        group="optimizer",
        minimum=0,
    )
    weight_decay: float = option(
        1e-4, "lambda of lambda/2 * sum of squared weights", group="optimizer", minimum=0
    )
