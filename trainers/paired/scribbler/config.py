"""Settings of Scribbler."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.perceptual import PerceptualConfig
from trainers.paired.config import PairedConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScribblerConfig(PairedConfig, PerceptualConfig):
    """A residual network paints sketches in the colours of strokes.

    The paper names the four terms but prints no weights; these are ours.
    """

    dataset: str = option(
        "glyph_strokes", "name of a data set, or path to sketches and images", group="data"
    )
    filters: int = option(
        32,
        "channels of the generator's first map; the discriminator's has twice as many",
        group="networks",
        minimum=1,
    )
    norm: str = option(
        "batch", "normalisation in the generator", group="networks", choices=NORMALIZATIONS
    )
    discriminator_norm: str = option(
        "instance",
        "normalisation in the discriminator",
        group="networks",
        choices=NORMALIZATIONS,
    )
    discriminator_layers: int = option(
        3, "convolutions of stride 2 in the discriminator", minimum=0, maximum=5
    )
    most_strokes: int = option(
        50,
        "largest number of strokes drawn into a sketch if the data has none",
        minimum=0,
    )
    content: str = option("l2", "distance of the pixels", choices=("l1", "l2"))
    content_weight: float = option(1.0, "weight of the distance of the pixels", minimum=0)
    feature_weight: float = option(
        1e-2, "weight of the squared distance of VGG features, relu4_2", minimum=0
    )
    tv_weight: float = option(1e-4, "weight of the total variation", minimum=0)
    adversarial_weight: float = option(
        1e-2, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    pretrain_steps: int = option(0, "first steps, without the adversarial loss; 0: none", minimum=0)
    game_content_weight: float | None = option(
        None,
        "weight of the distance of the pixels after those steps; by default the same",
        minimum=0,
    )
    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.direction == "b2a":
            raise UserError(
                "--direction b2a: scribbler turns sketches into images, not the reverse"
            )
        if self.game_content_weight is not None and not self.pretrain_steps:
            raise UserError("--game-content-weight follows --pretrain-steps: give both, or neither")
        if self.pretrain_steps and not self.content_weight:
            raise UserError(
                "--pretrain-steps needs --content-weight: there is no discriminator to learn from"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`: three levels."""
        return Sizes(multiple=8, largest=256)

    def of_stage(self, stage: int) -> "ScribblerConfig":
        """The settings of a stage: with --pretrain-steps, stage 0 has no discriminator."""
        if not self.pretrain_steps:
            return self
        if stage == 0:
            return dataclasses.replace(self, adversarial_weight=0.0)
        weight = self.game_content_weight
        return self if weight is None else dataclasses.replace(self, content_weight=weight)
