"""Settings of pix2pixHD."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.paired.label_maps.config import LabelMapConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pix2PixHDConfig(LabelMapConfig):
    """A coarse-to-fine generator against discriminators at several scales."""

    local_enhancer: bool = option(
        False, "wrap G2, at full resolution, around G1, which then works at half of it"
    )
    global_steps: int = option(
        0, "steps of a first stage, which trains G1 alone at half the resolution", minimum=0
    )
    fix_global_steps: int = option(
        0, "steps of a stage after that, which trains G2 while G1 is fixed", minimum=0
    )
    blocks: int = option(9, "residual blocks of G1", group="networks", minimum=0)
    local_blocks: int = option(3, "residual blocks of G2", group="networks", minimum=0)
    norm: str = option(
        "instance", "normalisation in all networks", group="networks", choices=NORMALIZATIONS
    )
    features: int = option(
        0, "numbers that describe the look of each instance, 3 in the paper; 0: none", minimum=0
    )
    feature_examples: int = option(
        1000, "training images from whose instances typical features are taken", minimum=1
    )
    # (D - 1)^2 for G, without the 1/2 of the least-squares loss.
    adversarial_weight: float = option(
        2.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    loss: str = option(
        "least_squares", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    discriminator_scales: int = option(
        3, "discriminators, each at half the previous resolution", group="networks", minimum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not self.local_enhancer and (self.global_steps or self.fix_global_steps):
            raise UserError(
                "--global-steps and --fix-global-steps are stages of a training with G2: leave "
                "them out, or give --local-enhancer as well"
            )
        if self.global_steps + self.fix_global_steps >= self.steps:
            raise UserError(
                f"--global-steps {self.global_steps} and --fix-global-steps "
                f"{self.fix_global_steps} leave none of {self.steps} --steps for training all"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=32 if self.local_enhancer else 16, largest=512)

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`."""
        parts = {"enhancer": self.local_enhancer, "features": self.features}
        return "-".join(name for name, present in parts.items() if present)
