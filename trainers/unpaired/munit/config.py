"""Settings of MUNIT."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.unpaired.encoded_config import EncodedConfig

_SCALES = 3
_LEAST = 16  # Pixels a side, which the style encoder halves four times.


@dataclasses.dataclass(frozen=True, kw_only=True)
class MUNITConfig(EncodedConfig):
    """Content and style, encoded apart and decoded together."""

    image_weight: float = option(
        10.0, "weight of the mean absolute error of images decoded from their own codes", minimum=0
    )
    content_weight: float = option(
        1.0, "weight of the mean absolute error of the content of translations", minimum=0
    )
    style_weight: float = option(
        1.0, "weight of the mean absolute error of the style of translations", minimum=0
    )
    cycle_weight: float = option(
        0.0,
        "weight of the mean absolute error of translations decoded back in the image's own style; "
        "10 in the paper, for large changes of shape",
        minimum=0,
    )
    style_size: int = option(8, "length of a style", group="networks", minimum=1)
    style_units: int = option(
        256, "units of the hidden layers that read a style", group="networks", minimum=1
    )
    blocks: int = option(
        4,
        "residual blocks of each content encoder and each decoder",
        group="networks",
        minimum=0,
    )
    discriminator_scales: int | None = option(
        None,
        f"resolutions at which the discriminators judge; {_SCALES}, or as many as fit small images",
        group="networks",
        minimum=1,
    )
    discriminator_layers: int = option(
        4, "convolutions of stride 2 at each resolution", group="networks", minimum=1, maximum=6
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not self.image_weight:
            raise UserError("--image-weight 0: the autoencoders would learn nothing")
        if not self.blocks:
            raise UserError("--blocks 0: the decoders have no AdaIN without blocks; give 1 or more")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=4, largest=256)  # Two steps down.

    def scales_for(self, size) -> int:
        """The number of resolutions for images of (height, width).

        Raises:
          UserError: if the networks do not support images of that size.
        """
        if min(size) < _LEAST:
            raise UserError(
                f"--image-size {self.image_size}: the style encoder needs {_LEAST} pixels a side; "
                "choose a larger size"
            )
        # Padding by reflection needs two pixels before each convolution.
        fit = min(size).bit_length() - self.discriminator_layers
        wanted = self.discriminator_scales or max(1, min(_SCALES, fit))
        if wanted > fit:
            raise UserError(
                f"{wanted} resolutions of {self.discriminator_layers} convolutions need images of "
                f"{2 ** (wanted + self.discriminator_layers - 1)} pixels a side; give a lower "
                "--discriminator-scales or --discriminator-layers, or larger images"
            )
        return wanted

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: what was left out or added."""
        parts = [("cycle", bool(self.cycle_weight)), ("nostyle", not self.style_weight)]
        return "-".join(name for name, told in parts if told)
