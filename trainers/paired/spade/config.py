"""Settings of SPADE."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.paired.label_maps.config import LabelMapConfig

_USUAL = 5  # Doublings in the paper, of images of 256 pixels.
_FIRST = 4  # The least side of the generator's first map.


@dataclasses.dataclass(frozen=True, kw_only=True)
class SPADEConfig(LabelMapConfig):
    """A generator whose normalisations read the label map."""

    encoder: bool = option(
        False, "also draw images from a latent, learned with an encoder of the target"
    )
    kl_weight: float = option(
        0.05, "weight of the divergence of the encoder's latents from N(0, 1)", minimum=0
    )
    latent_size: int = option(256, "length of that latent", group="networks", minimum=1)
    doublings: int | None = option(
        None,
        "how often the generator doubles its first map; by default up to 5 times, from at least 4 "
        "pixels a side",
        group="networks",
        minimum=1,
        maximum=6,
    )
    norm: str = option(
        "batch", "normalisation inside SPADE", group="networks", choices=NORMALIZATIONS
    )
    loss: str = option("hinge", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    batch_size: int = option(
        32, "examples per update, over all devices", group="optimizer", minimum=1
    )
    generator_lr: float = option(
        1e-4, "learning rate of the generator", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        4e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )
    beta_1: float = option(0.0, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)
    beta_2: float = option(0.9, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1)

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.norm == "batch" and self.batch_size == 1:
            raise UserError("--norm batch needs a --batch-size of two or more; or --norm instance")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`: an encoder is for squares whose sides are powers of two."""
        if self.encoder:
            return Sizes(tuple(side for side in (16, 32, 64, 128, 256, 512) if self._fits(side)))
        return Sizes(multiple=2 ** (self.doublings or 3), largest=256)

    def _fits(self, side):
        return side % 2 ** (self.doublings or 1) == 0

    def doublings_for(self, size) -> int:
        """How often the generator doubles the size for images of (height, width)."""
        if self.doublings is not None:
            return self.doublings
        fits = (n for n in range(_USUAL, 0, -1) if all(side % 2**n == 0 for side in size))
        return next((n for n in fits if min(size) >= _FIRST * 2**n), 1)

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`."""
        return "encoder" if self.encoder else ""
