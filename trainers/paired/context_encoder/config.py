"""Settings of the context encoder."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import USUAL, Sizes
from trainers.core.settings.translation import TranslationConfig

_ALEXNET = Sizes((227,))


@dataclasses.dataclass(frozen=True, kw_only=True)
class ContextEncoderConfig(TranslationConfig):
    """A convolutional encoder and decoder that learns to fill the holes of images."""

    dataset: str = option(
        "glyph_holes", "name of a data set, or path to images, with or without masks", group="data"
    )
    masks: str | None = option(
        None,
        "holes to fill: the centre, squares or free shapes; by default the data's own masks, or "
        "else the centre",
        choices=("centre", "block", "region"),
    )
    overlap: int | None = option(
        None,
        "pixels at the centre's edges, both known and predicted; by default 1/32 of the side",
        minimum=0,
    )
    overlap_weight: float = option(10.0, "factor on errors there", above=0)
    reconstruction_weight: float = option(
        0.999, "weight of the mean squared error in the hole", minimum=0
    )
    adversarial_weight: float = option(
        0.001, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    features: bool = option(
        False, "AlexNet as the encoder, to learn its features: 227x227, reconstruction only"
    )
    bottleneck: int = option(
        4000, "channels between encoder and decoder", group="networks", minimum=1
    )
    norm: str = option(
        "batch", "normalisation in both networks", group="networks", choices=NORMALIZATIONS
    )
    batch_size: int = option(
        64, "examples per update, over all devices", group="optimizer", minimum=1
    )
    generator_lr: float = option(
        2e-3, "learning rate of the generator", group="optimizer", minimum=0
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.features and self.adversarial_weight:
            raise UserError(
                "--features learns from the reconstruction alone: give --adversarial-weight 0"
            )
        if not self.adversarial_weight and not self.reconstruction_weight:
            raise UserError(
                "--adversarial-weight and --reconstruction-weight are both 0: nothing is learned"
            )
        if self.overlap is not None and self.masks in ("block", "region"):
            raise UserError(
                f"--overlap belongs to the centre: leave it out with --masks {self.masks}"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return _ALEXNET if self.features else USUAL

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: the holes, and what the loss is made of."""
        parts = ["features"] if self.features else []
        parts += [self.masks] if self.masks else []
        weights = [("l2", self.reconstruction_weight), ("adv", self.adversarial_weight)]
        return "-".join(parts + [name for name, weight in weights if weight])
