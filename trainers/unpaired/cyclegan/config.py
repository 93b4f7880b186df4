"""Settings of CycleGAN."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.unpaired.config import UnpairedConfig

_LARGE = 128  # Longer sides get 9 blocks.


@dataclasses.dataclass(frozen=True, kw_only=True)
class CycleGANConfig(UnpairedConfig):
    """Two residual translators, each of which undoes what the other does."""

    cycle_weight: float = option(10.0, "weight of the mean absolute error of the cycles", minimum=0)
    identity_weight: float = option(
        0.0,
        "weight of the change that a translator makes to images of its own target domain; 5 in the "
        "paper, between paintings and photographs",
        minimum=0,
    )
    pool_size: int = option(
        50, "earlier translations that each discriminator is shown again; 0: none", minimum=0
    )
    blocks: int | None = option(
        None,
        "residual blocks of each translator; 6 up to 128 pixels a side and 9 above",
        group="networks",
        minimum=0,
    )
    discriminator_layers: int = option(
        3,
        "convolutions of stride 2 in the discriminators, whose logits see 1, 16, 34, 70, 142 or "
        "286 pixels a side for 0 to 5",
        group="networks",
        minimum=0,
        maximum=5,
    )
    norm: str = option(
        "instance", "normalisation in all networks", group="networks", choices=NORMALIZATIONS
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not (self.adversarial_weight or self.cycle_weight or self.identity_weight):
            raise UserError(
                "--adversarial-weight, --cycle-weight and --identity-weight are all 0: nothing is "
                "learned"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=4, largest=256)  # Two steps down.

    @property
    def block_count(self) -> int:
        """The number of residual blocks, once the size of the images is known."""
        if self.blocks is not None:
            return self.blocks
        return 9 if max(self.image_size) > _LARGE else 6

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: what the loss is made of."""
        parts = [
            ("cycle", self.cycle_weight),
            ("identity", self.identity_weight),
            ("gan", self.adversarial_weight),
        ]
        return "-".join(name for name, weight in parts if weight)
