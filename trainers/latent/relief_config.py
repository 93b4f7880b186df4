"""Settings that all methods have that find a relief by a generator of images."""

import dataclasses
import os

from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReliefConfig(RunConfig):
    """The image, its generator, and from where and in which light the relief is drawn."""

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
    offset_weight: float = option(
        0.01, "weight of the latents' squared offset", group="loss", minimum=0
    )

    def resolved(self):
        """See `RunConfig.resolved`: paths are absolute."""
        paths = {
            name: os.path.abspath(path)
            for name in ("generator", "mask", "target")
            if (path := getattr(self, name)) and (name != "target" or os.path.isdir(path))
        }
        return dataclasses.replace(self, **paths)
