"""Settings of UNIT."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.unpaired.encoded_config import EncodedConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class UNITConfig(EncodedConfig):
    """Two variational autoencoders that share their latents."""

    loss: str = option(
        "non_saturating", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    adversarial_weight: float = option(
        10.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    kl_weight: float = option(
        0.1, "weight of the divergence of the latents of images from N(0, 1)", minimum=0
    )
    reconstruction_weight: float = option(
        100.0, "weight of the mean absolute error of the autoencoders", minimum=0
    )
    cycle_kl_weight: float = option(
        0.1, "weight of that divergence in the cycles, also of the translations' latents", minimum=0
    )
    cycle_weight: float = option(
        100.0, "weight of the mean absolute error of the cycles", minimum=0
    )
    blocks: int = option(
        4, "residual blocks of each encoder and decoder", group="networks", minimum=0
    )
    shared_blocks: int = option(
        1,
        "how many of these both domains share: the encoders' last and the decoders' first",
        group="networks",
        minimum=0,
    )
    discriminator_layers: int = option(
        5, "convolutions of stride 2 in the discriminators", group="networks", minimum=1, maximum=6
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.shared_blocks > self.blocks:
            raise UserError(
                f"--shared-blocks {self.shared_blocks}: there are {self.blocks} --blocks; share "
                f"at most {self.blocks}"
            )
        if not self.reconstruction_weight:
            raise UserError("--reconstruction-weight 0: the autoencoders would learn nothing")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=4, largest=256)  # Two steps down.

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: how many blocks are shared."""
        return f"shared{self.shared_blocks}"
