"""Settings of shapes from a generator of images, by networks."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from trainers.latent.relief_config import ReliefConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gan2ShapeNetworksConfig(ReliefConfig):
    """How long each phase takes, the networks, and the terms of the losses."""

    contrast: float = option(
        0.6,
        "random lights have u more diffuse and 0.6 u less ambient, u from -1/6 of this up to it",
        minimum=0,
    )
    rounds: int = option(4, "how often the phases are repeated", group="when", minimum=1)
    pose_steps: int = option(
        60,
        "first steps, which fit view and light of the image; 0: it is seen from the front",
        group="when",
        minimum=0,
    )
    prior_steps: int = option(
        1_000,
        "steps that fit the networks to the ellipsoid in this pose",
        group="when",
        minimum=1,
    )
    albedo_steps: tuple[int, ...] = option(
        (700, 200),
        "steps of each round that fit colours; the last number holds for all further rounds",
        group="when",
        minimum=1,
    )
    offset_steps: tuple[int, ...] = option(
        (700, 500), "the same for the steps that fit latents", group="when", minimum=1
    )
    shape_steps: tuple[int, ...] = option(
        (600, 400),
        "the same for the steps that fit the shape; the last round continues to --steps",
        group="when",
        minimum=1,
    )
    width: float = option(
        1.0, "factor on all channel counts of the networks", group="networks", above=0
    )
    depth_range: float = option(
        1.14, "largest height, where half the image's side is 1", group="networks", above=0
    )
    perceptual_weight: float = option(
        1.0,
        "weight of LPIPS, which needs the weights of VGG16 in TFGAN_KIT_WEIGHTS; 0: without",
        group="loss",
        minimum=0,
    )
    discriminator_weight: float = option(
        1.0,
        "weight of the maps of the discriminator of --generator; 0: without",
        group="loss",
        minimum=0,
    )
    smoothness_weight: float = option(
        0.01, "weight of the second differences of depth and shading", group="loss", minimum=0
    )
    learning_rate: float = option(
        1e-4, "learning rate of Adam for the networks", group="optimizer", above=0
    )
    weight_decay: float = option(
        5e-4, "L2 penalty on the networks' weights", group="optimizer", minimum=0
    )
    batch_size: int = option(
        8, "pictures with other views and lights per step", group="optimizer", minimum=1
    )
    steps: int = option(6_360, "training steps", group="when", minimum=1)

    def check(self):
        """See `RunConfig.check`."""
        super().check()
        for name in ("albedo_steps", "offset_steps", "shape_steps"):
            if not getattr(self, name):
                raise UserError(f"--{name.replace('_', '-')} has no number; give one at least")
