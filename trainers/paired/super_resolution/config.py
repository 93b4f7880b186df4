"""Settings of the methods that enlarge images."""

import dataclasses

from nets.translation.scales import SCALES
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.perceptual import PerceptualConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuperResolutionConfig(PerceptualConfig):
    """A network that first learns to reconstruct large images from small ones, then the GAN.

    Attributes:
      pixel_weight: weight of the distance of pixels beside the content.
      judged: number that the sides of images in front of the discriminator are multiples of.
    """

    dataset: str = option(
        "glyph_x4", "name of a data set, or path to the large images", group="data"
    )
    scale: int = option(4, "factor of enlargement: 2 or 4", minimum=2, maximum=4)
    crop: int = option(
        0,
        "side of the random crops to train on, in pixels of the images; 0: whole images",
        group="data",
        minimum=0,
    )
    turns: bool = option(
        False, "randomly turn training images by quarters and mirror them", group="data"
    )

    blocks: int = option(16, "blocks of the generator", group="networks", minimum=1)

    pretrain_steps: int | None = option(
        None,
        "steps of the first stage, which only reconstructs; by default half of all",
        group="when",
        minimum=0,
    )
    content_weight: float = option(
        1.0, "weight of the content in addition to the GAN: features, else pixels", minimum=0
    )

    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )
    pretrain_lr: float = option(
        1e-4, "learning rate of the generator in the first stage", group="optimizer", minimum=0
    )
    pretrain_lr_drops: tuple[int, ...] = option(
        (), "steps of the first stage at which it falls", group="optimizer", minimum=1
    )
    lr_drops: tuple[int, ...] = option(
        (),
        "steps of the GAN's stage at which both learning rates fall",
        group="optimizer",
        minimum=1,
    )
    lr_drop_factor: float = option(
        0.5, "factor by which they fall", group="optimizer", above=0, maximum=1
    )
    generator_lr: float = option(
        1e-4, "learning rate of the generator in the GAN's stage", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )
    beta_1: float = option(0.9, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)

    pixel_weight = 0.0
    judged = 16

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.scale not in SCALES:
            raise UserError(f"--scale {self.scale}: choose {' or '.join(map(str, SCALES))}")
        multiple = self._multiple
        if self.crop % multiple:
            raise UserError(f"--crop {self.crop}: the networks need a multiple of {multiple}")
        if self.adversarial_weight and not self.content_weight and not self.pixel_weight:
            raise UserError("--content-weight 0: nothing would tie large images to small ones")

    def resolved(self) -> "SuperResolutionConfig":
        """See `TrainConfig.resolved`."""
        return dataclasses.replace(super().resolved(), pretrain_steps=self.reconstruction_steps)

    @property
    def reconstruction_steps(self) -> int:
        """Steps of the first stage."""
        return self.steps // 2 if self.pretrain_steps is None else self.pretrain_steps

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        # With crops, the discriminator sees those, and not whole images.
        return Sizes(multiple=self.scale if self.crop else self._multiple, largest=256)

    @property
    def _multiple(self):
        return self.judged if self.adversarial_weight else self.scale

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`."""
        return f"x{self.scale}"
