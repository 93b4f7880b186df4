"""Settings of shapes from a generator of images."""

import dataclasses
import os

from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gan2ShapeConfig(RunConfig):
    """The image, its generator, and how long each phase takes."""

    generator: str = option(
        "", "run whose generator made the image, or that `project` used", metavar="DIR"
    )
    target: str = option(
        "0",
        "the image: the seed of a sample, or a folder written by `project`, as project/NAME",
        metavar="SEED|DIR",
    )
    space: str = option(
        "z", "which latents are moved; w: the mapped ones of stylegan", choices=("z", "w")
    )
    mask: str | None = option(
        None, "image that is white on the object; by default a disc", metavar="FILE"
    )
    height: float = option(
        0.56, "initial height of the ellipsoid, as a share of its shorter half axis", minimum=0
    )
    view_spread: float = option(
        0.22, "standard deviation of random yaw and pitch, in radians", above=0
    )
    light_spread: float = option(1.0, "random lights come from +- this in x and y", above=0)
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
    offset_weight: float = option(
        0.01, "weight of the latents' squared offset", group="loss", minimum=0
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

    def resolved(self) -> "Gan2ShapeConfig":
        """See `RunConfig.resolved`: paths are absolute."""
        paths = {
            name: os.path.abspath(path)
            for name in ("generator", "mask", "target")
            if (path := getattr(self, name)) and (name != "target" or os.path.isdir(path))
        }
        return dataclasses.replace(self, **paths)
