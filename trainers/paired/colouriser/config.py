"""Settings of the two-sided colouriser."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NORMALIZATIONS, PENALTIES
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.perceptual import PerceptualConfig
from trainers.paired.config import PairedConfig

MULTIPLE = 4  # Of all sides: two steps down.


@dataclasses.dataclass(frozen=True, kw_only=True)
class ColouriserConfig(PairedConfig, PerceptualConfig):
    """A residual network with skips paints an outline like a reference, against a critic of both.

    The thesis prints neither weights nor rates; these are ours.
    """

    dataset: str = option(
        "glyph_sides", "name of a data set, or sides:FOLDER, two sides of objects", group="data"
    )
    l1_weight: float = option(100.0, "weight of the mean absolute difference in Lab", minimum=0)
    cycle_weight: float = option(
        10.0, "weight of recovering the outline from the painted image; 0: off", minimum=0
    )
    style_weight: float = option(
        0.0, "weight of the Gram matrices of VGG features; 0: off", minimum=0
    )
    latent_condition: bool = option(
        True, "show the reference to the residual blocks as well", group="networks"
    )
    tuple_discriminator: bool = option(True, "show the discriminator the reference as well")
    discriminator_layers: int = option(
        3, "convolutions of stride 2 in the discriminator", minimum=0, maximum=5
    )
    norm: str = option(
        "instance",
        "normalisation in the generator; the discriminator has none, as it has a penalty",
        group="networks",
        choices=NORMALIZATIONS,
    )
    loss: str = option("wasserstein", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    penalty: str = option("wgan_gp", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    critic_steps: int = option(
        5, "discriminator updates per step, each on fresh data", group="optimizer", minimum=1
    )
    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )
    generator_lr: float = option(
        1e-4, "learning rate of the generator", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )
    beta_1: float = option(0.0, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)
    beta_2: float = option(0.9, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1)

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.direction != "a2b":
            raise UserError("--direction: colouriser paints outlines only; leave it out")
        if not (self.adversarial_weight or self.l1_weight):
            raise UserError("--adversarial-weight and --l1-weight are both 0: no colour is learned")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=MULTIPLE, largest=256)

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`: what the loss is made of."""
        adversarial = "tuple" if self.tuple_discriminator else "adv"
        parts = {
            "l1": self.l1_weight,
            adversarial: self.adversarial_weight,
            "cycle": self.cycle_weight,
            "style": self.style_weight,
            "latent": self.latent_condition,
        }
        return "-".join(name for name, there in parts.items() if there)
