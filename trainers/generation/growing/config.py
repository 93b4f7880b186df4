"""Settings of the methods whose networks grow with the images."""

import dataclasses

from nets.progressive.sizes import SIZES
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.latent import LatentConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class GrowingConfig(LatentConfig):
    """When the networks grow, and what changes with them.

    Tables have a value for each resolution from 4x4 on; the last holds for all larger ones.
    """

    initial_size: int = option(
        4, "side of the first images; if it is that of the last ones, no growth", minimum=4
    )
    fade_images: int = option(
        600_000, "images shown while a resolution is faded in", group="when", minimum=1
    )
    stable_images: int = option(
        600_000, "images shown at each resolution after that", group="when", minimum=1
    )
    batch_sizes: tuple[int, ...] = option(
        (),
        "batch sizes at 4x4, 8x8, and so on; by default always --batch-size",
        group="optimizer",
        minimum=1,
    )
    lr_factors: tuple[float, ...] = option(
        (),
        "factors on both learning rates at 4x4, 8x8, and so on; by default 1",
        group="optimizer",
        above=0,
    )
    minibatch_group: int = option(
        4,
        "images across which D sees the deviation; must divide its batch; 0: the batch",
        group="networks",
        minimum=0,
    )
    latent_size: int = option(512, "length of the latent vector", group="networks", minimum=1)
    beta_1: float = option(0.0, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)
    beta_2: float = option(
        0.99, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1
    )
    epsilon: float = option(
        1e-8, "constant added to Adam's root of the mean square", group="optimizer", above=0
    )
    generator_lr: float = option(
        1e-3, "learning rate of the generator", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-3, "learning rate of the discriminator", group="optimizer", minimum=0
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.image_size is not None and self.image_size not in SIZES:
            raise UserError(f"--image-size {self.image_size}: growing networks have {SIZES}")
        if self.initial_size not in SIZES.sides:
            sides = ", ".join(map(str, SIZES.sides))
            raise UserError(f"--initial-size {self.initial_size}: choose one of {sides}")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return SIZES

    def first_side(self, last: int) -> int:
        """The side of the first images, where that of the last ones is `last`."""
        return self.initial_size

    def batch_size_at(self, side: int) -> int:
        """The global batch size at a resolution."""
        return _entry(self.batch_sizes, side, self.batch_size)

    def ema_decay_at(self, side: int) -> float:
        """The decay of the averaged generator per step at a resolution."""
        return self.ema_decay

    def lr_factor_at(self, side: int) -> float:
        """The factor on the learning rates at a resolution."""
        return _entry(self.lr_factors, side, 1.0)


def _entry(table, side, default):
    return table[min(SIZES.sides.index(side), len(table) - 1)] if table else default
