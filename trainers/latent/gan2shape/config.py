"""Settings of shapes from a generator of images."""

import dataclasses

from tfgan_kit.settings.option import option
from trainers.latent.relief_config import ReliefConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gan2ShapeConfig(ReliefConfig):
    """How long each phase takes, and the terms of the losses."""

    rounds: int = option(3, "how often the phases are repeated", group="when", minimum=1)
    pose_steps: int = option(
        60, "first steps, which fit view and light of the image", group="when", minimum=1
    )
    albedo_steps: int = option(60, "steps of each round that fit colours", group="when", minimum=1)
    offset_steps: int = option(60, "steps of each round that fit latents", group="when", minimum=1)
    shape_steps: int = option(
        150,
        "steps of each round that fit the shape; the last round continues to --steps",
        group="when",
        minimum=1,
    )
    picture_weight: float = option(
        1.0,
        "weight of the generator's other pictures; 0: the shape is fitted to the image alone",
        group="loss",
        minimum=0,
    )
    smoothness_weight: float = option(
        0.02, "weight of the colours' squared gradient", group="loss", minimum=0
    )
    bend_weight: float = option(
        0.2, "weight of the squared Laplacian of the shape", group="loss", minimum=0
    )
    lr_factor: float = option(
        1.0, "factor on all learning rates of Adam", group="optimizer", above=0
    )
    batch_size: int = option(
        24,
        "pictures with other views and lights, all used in every step",
        group="optimizer",
        minimum=1,
    )
    steps: int = option(870, "training steps", group="when", minimum=1)
    sample_every: int = option(150, "steps between pictures", group="when", minimum=1)
