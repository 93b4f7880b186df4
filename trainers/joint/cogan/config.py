"""Settings of CoGAN."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.joint.config import JointConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class CoGANConfig(JointConfig):
    """Settings of generators that share first layers and discriminators that share last layers."""

    shared_generator_layers: int | None = option(
        None, "first layers that the generators share; by default those of the paper", minimum=0
    )
    adapt: bool = option(
        False, "domain adaptation: also train a classifier, on the labels of the first domain only"
    )
    adapt_weight: float = option(10.0, "weight of that classifier's loss; with --adapt", minimum=0)
    feature_match_weight: float = option(
        0.01, "weight of the distance of D's features of the fake images; with --adapt", minimum=0
    )
