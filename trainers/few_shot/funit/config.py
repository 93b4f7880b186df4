"""Settings of FUNIT."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import HeldOutClassesConfig
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, PENALTIES
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import ContentConfig
from trainers.core.settings.translation import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class FUNITConfig(TranslationConfig, HeldOutClassesConfig, ContentConfig):
    """A content and a class, encoded apart and decoded together."""

    dataset: str = option(
        "glyph_palette_classes",
        "name of a data set, or path to images, with classes",
        group="data",
    )

    loss: str = option("hinge", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    penalty: str = option("r1", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    penalty_weight: float = option(20.0, "lambda, or gamma of R1 and R2", group="loss", minimum=0)
    adversarial_weight: float = option(
        1.0,
        "weight of the adversarial loss of G, the mean over translations and images translated "
        "into their own class",
        group="loss",
        minimum=0,
    )
    image_weight: float = option(
        0.1,
        "weight of the mean absolute error of images translated into their own class",
        minimum=0,
    )
    feature_weight: float = option(
        1.0,
        "weight of the mean absolute difference between D's mean features of a translation and of "
        "the image whose class it takes",
        minimum=0,
    )

    code_size: int = option(64, "length of the code of a class", group="networks", minimum=1)
    code_units: int = option(
        256, "units of the hidden layers that read a code", group="networks", minimum=1
    )
    blocks: int = option(
        2, "residual blocks of the content encoder and of the decoder", group="networks", minimum=1
    )
    downs: int = option(
        3,
        "convolutions of stride 2 in the content encoder; one less than in the class encoder",
        group="networks",
        minimum=1,
        maximum=6,
    )
    discriminator_downs: int = option(
        4, "how often the discriminator halves its maps", group="networks", minimum=1, maximum=6
    )

    optimizer: str = option(
        "rmsprop", "optimiser", group="optimizer", choices=("adam", "rmsprop", "sgd")
    )
    generator_lr: float = option(
        1e-4, "learning rate of the encoders and the decoder", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )
    rho: float = option(0.99, "RMSprop's decay rate", group="optimizer", minimum=0, maximum=1)
    weight_decay: float = option(
        1e-4, "lambda of lambda/2 * sum of squared weights", group="optimizer", minimum=0
    )
    batch_size: int = option(
        64, "pairs of images per update, over all devices", group="optimizer", minimum=1
    )
    ema_decay: float = option(
        0.999,
        "decay of the averaged encoders and decoder; 0: none are kept",
        group="optimizer",
        minimum=0,
        maximum=0.99999,
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not self.adversarial_weight and not self.feature_weight:
            raise UserError(
                "--adversarial-weight 0 and --feature-weight 0: nothing would lead translations "
                "to their class; give one of them"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=2**self.downs, largest=256)

    def check_size(self, size) -> None:
        """Checks that the networks support images of (height, width).

        Raises:
          UserError: if they do not.
        """
        # Padding by reflection needs two pixels after the last step down of the content encoder
        # and the discriminator, and before the last of the class encoder.
        least = 2 ** (max(self.downs, self.discriminator_downs) + 1)
        if size not in self.sizes:
            raise UserError(f"--image-size {self.image_size}: this method needs {self.sizes}")
        if min(size) < least:
            raise UserError(
                f"--image-size {self.image_size}: --downs {self.downs} and --discriminator-downs "
                f"{self.discriminator_downs} need {least} pixels a side; lower them, or choose a "
                "larger size"
            )
