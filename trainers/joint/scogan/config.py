"""Settings of SCoGAN."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from trainers.core.settings.domains import FrozenClassifier
from trainers.joint.config import JointConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class SCoGANConfig(JointConfig):
    """Settings of generators coupled by terms of their loss; a weight of 0 disables a term."""

    coupling_warmup_steps: int = option(
        0, "steps over which the weights of all terms but class balance rise from 0", minimum=0
    )

    feature_weight: float = option(0.0, "feature regulariser (FR)", minimum=0)
    feature_layers: int = option(3, "number of first feature maps that it compares", minimum=1)

    semantic_weight: float = option(0.0, "semantic loss (SL)", minimum=0)
    semantic_form: str = option(
        "squared",
        "distance of class probabilities (the formula), or their divergence, which does not vanish",
        choices=("squared", "divergence"),
    )
    balance_weight: float = option(
        0.0, "class balance (CB): each class as frequent as in real images", minimum=0
    )
    classifier: str | None = option(
        None,
        "classifier file for SL and CB; trained first on all domains if not given",
        metavar="FILE",
    )

    cycle_weight: float = option(0.0, "latent cycle consistency (CC)", minimum=0)
    cycle_norm: str = option("l2", "distance of latents in this term", choices=("l2", "l1"))

    content_weight: float = option(0.0, "perceptual loss (PL): alpha, of the features", minimum=0)
    style_weight: float = option(0.0, "perceptual loss (PL): beta, of the styles", minimum=0)
    content_layers: tuple[str, ...] = option(("block5_conv2",), "VGG layers of the features")
    style_layers: tuple[str, ...] = option(
        ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"),
        "VGG layers of the styles",
    )
    perceptual_form: str = option(
        "normalized",
        "relative to the size of the features, or the literal sums of the thesis",
        choices=("normalized", "literal"),
    )
    perceptual_network: str = option("vgg19", "which VGG", choices=("vgg16", "vgg19"))
    perceptual_weights: str | None = option(
        None, "file with the VGG's weights; downloaded if not given", metavar="FILE"
    )
    perceptual_size: int | None = option(
        None, "side of the images that the VGG takes; by default their own", minimum=32
    )

    def __post_init__(self):
        super().__post_init__()
        # A run must find its files wherever it is resumed from.
        if self.perceptual_weights:
            path = os.path.abspath(self.perceptual_weights)
            object.__setattr__(self, "perceptual_weights", path)

    @property
    def frozen_classifier(self) -> FrozenClassifier | None:
        """See `DomainsConfig.frozen_classifier`."""
        used = self.semantic_weight or self.balance_weight
        return FrozenClassifier(self.classifier) if used else None

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.classifier and not self.frozen_classifier:
            raise UserError(
                "--classifier is used by the semantic loss and by class balance: give "
                "--semantic-weight or --balance-weight"
            )
        for part in ("content", "style"):
            if getattr(self, f"{part}_weight") and not getattr(self, f"{part}_layers"):
                raise UserError(f"--{part}-weight needs at least one of --{part}-layers")
        if self.perceptual_weights and not self.content_weight + self.style_weight:
            raise UserError(
                "--perceptual-weights is used by the perceptual loss: give --content-weight or "
                "--style-weight"
            )

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: the terms that are switched on, and whether there is a mixture."""
        weights = {
            "sl": self.semantic_weight,
            "fr": self.feature_weight,
            "cc": self.cycle_weight,
            "pl": self.content_weight + self.style_weight,
            "cb": self.balance_weight,
        }
        terms = "".join(term for term, weight in weights.items() if weight)
        return "-".join(filter(None, (terms, "mixture" if self.latent_components else "")))
