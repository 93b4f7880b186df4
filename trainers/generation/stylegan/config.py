"""Settings of StyleGAN."""

import dataclasses

from tfgan_kit.settings.names import PENALTIES
from tfgan_kit.settings.option import option
from trainers.generation.growing.config import GrowingConfig

_GROWS_ABOVE = 32


@dataclasses.dataclass(frozen=True, kw_only=True)
class StyleGANConfig(GrowingConfig):
    """The mapping, the mixing of styles, and the loss."""

    grow: bool | None = option(
        None, "grow from --initial-size; by default, networks for more than 32 pixels do"
    )
    initial_size: int = option(8, "side of the first images of networks that grow", minimum=4)
    mapping_layers: int = option(
        8, "dense layers from the latent to the intermediate one", group="networks", minimum=1
    )
    mapping_lr_factor: float = option(
        0.01, "factor on their learning rate", group="optimizer", above=0
    )
    mixing: float = option(
        0.9, "share of images that mix the styles of two latents", minimum=0, maximum=1
    )
    truncated_layers: int = option(
        8, "layers, from the first, to which truncation applies", minimum=0
    )
    mean_decay: float = option(
        0.995, "decay per step of the mean that truncation moves to", minimum=0, maximum=0.99999
    )
    penalty: str = option("r1", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    batch_sizes: tuple[int, ...] = option(
        (128, 128, 128, 64, 32, 16, 8),
        "batch sizes at 4x4, 8x8, and so on; if empty, always --batch-size",
        group="optimizer",
        minimum=1,
    )
    lr_factors: tuple[float, ...] = option(
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 2.0, 3.0),
        "factors on both learning rates at 4x4, 8x8, and so on",
        group="optimizer",
        above=0,
    )
    ema_images: int = option(
        10_000,
        "images after which half of the averaged generator is new; 0: --ema-decay per step",
        group="optimizer",
        minimum=0,
    )
    steps: int = option(100_000, "training steps (generator updates)", group="when", minimum=1)

    def first_side(self, last):
        """See `GrowingConfig.first_side`."""
        grows = last > _GROWS_ABOVE if self.grow is None else self.grow
        return self.initial_size if grows else last

    def ema_decay_at(self, side):
        """See `GrowingConfig.ema_decay_at`: beta = 0.5^(batch / images of the half-life)."""
        if not (self.ema_images and self.ema_decay):
            return self.ema_decay
        return 0.5 ** (self.batch_size_at(side) / self.ema_images)
