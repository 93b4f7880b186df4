"""Settings of AC-GAN."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import DISCRIMINATOR_LABELS
from tfgan_kit.settings.option import option
from trainers.conditional.config import ConditionalConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ACGANConfig(ConditionalConfig):
    """Settings of a discriminator that also predicts the label."""

    discriminator_label: str = option(
        "auxiliary",
        "how the discriminator takes the label, or predicts it",
        choices=DISCRIMINATOR_LABELS,
    )
    class_weight: float = option(1.0, "weight of the classification loss of D", minimum=0)
    generator_class_weight: float = option(1.0, "weight of the classification loss of G", minimum=0)
    class_on_fake: float = option(
        1.0, "share of that weight on generated examples in D's loss", minimum=0
    )
    feature_matching: bool = option(
        False, "G matches the means of D's features instead of the adversarial loss"
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.discriminator_label not in ("auxiliary", "k_plus_1"):
            raise UserError(
                f"--discriminator-label {self.discriminator_label}: the discriminator of acgan "
                "predicts the label; use auxiliary or k_plus_1, or the method cgan"
            )
