"""Settings of pix2pix."""

import dataclasses
import re

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.paired.config import PairedConfig

_COLOUR = re.compile("[0-9a-fA-F]{6}")
SMALLEST = 16  # Of which all sides are multiples: four levels of the U-Net.


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pix2PixConfig(PairedConfig):
    """A U-Net against a discriminator of patches, and the distance from the target."""

    l1_weight: float = option(100.0, "weight of the mean absolute difference", minimum=0)
    dropout: float = option(
        0.5,
        "rate of the dropout that is the generator's noise, also in use",
        minimum=0,
        maximum=0.9,
    )
    skips: bool = option(True, "join maps of equal size in the generator")
    conditional_discriminator: bool = option(True, "show the discriminator the input as well")
    discriminator_layers: int = option(
        3,
        "convolutions of stride 2 in the discriminator, whose logits see 1, 16, 34, 70, 142 or 286 "
        "pixels a side for 0 to 5",
        minimum=0,
        maximum=5,
    )
    norm: str = option(
        "instance",
        "normalisation in both networks; batch is for batches of two and more",
        group="networks",
        choices=NORMALIZATIONS,
    )
    palette: tuple[str, ...] = option(
        (),
        "colours of the classes if targets are label maps painted in them, each as RRGGBB: "
        "translations are then also measured as label maps",
        group="measures",
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not self.adversarial_weight and not self.l1_weight:
            raise UserError("--adversarial-weight and --l1-weight are both 0: nothing is learned")
        for colour in self.palette:
            if not _COLOUR.fullmatch(colour):
                raise UserError(
                    f"--palette {colour}: a colour is six hexadecimal digits, such as ff8000"
                )
        if len({colour.lower() for colour in self.palette}) < len(self.palette):
            raise UserError("--palette: two classes have the same colour")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=SMALLEST, largest=256)

    @property
    def levels(self) -> int:
        """Levels of the U-Net: how often both sides can be halved, at most 8 times."""
        sides = self.image_size
        return next(n for n in range(8, 0, -1) if all(side % 2**n == 0 for side in sides))

    @property
    def colours(self) -> list[list[int]]:
        """The palette as numbers from 0 to 255, red, green and blue of each class."""
        return [list(bytes.fromhex(colour)) for colour in self.palette]

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: what the loss is made of."""
        parts = [("l1", self.l1_weight), ("cgan", self.adversarial_weight)]
        names = [name for name, weight in parts if weight]
        if not self.conditional_discriminator:
            names = [name.replace("cgan", "gan") for name in names]
        return "-".join(names)
