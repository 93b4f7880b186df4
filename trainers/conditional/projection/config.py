"""Settings of the projection discriminator."""

import dataclasses

from tfgan_kit.settings.names import (
    ADVERSARIAL_LOSSES,
    DISCRIMINATOR_LABELS,
    GENERATOR_LABELS,
    LABEL_SAMPLINGS,
    NETWORKS,
)
from tfgan_kit.settings.option import option
from trainers.conditional.config import ConditionalConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectionConfig(ConditionalConfig):
    """Settings of an inner product of label and features in D and conditional batch norm in G."""

    generator_label: str = option(
        "cbn", "how the generator takes the label", choices=GENERATOR_LABELS
    )
    discriminator_label: str = option(
        "projection",
        "how the discriminator takes the label, or predicts it",
        choices=DISCRIMINATOR_LABELS,
    )
    label_sampling: str = option(
        "uniform", "how labels of generated examples are drawn", choices=LABEL_SAMPLINGS
    )
    network: str = option(
        "sngan_resnet", "architecture of both networks", group="networks", choices=NETWORKS
    )
    loss: str = option("hinge", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    latent_size: int = option(128, "length of the latent vector", group="networks", minimum=1)
    critic_steps: int = option(
        5, "discriminator updates per step, each on new data", group="optimizer", minimum=1
    )
    beta_1: float = option(0.0, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)
    beta_2: float = option(0.9, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1)
