"""Settings of the search for directions."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig

MATRICES = ("learned", "random", "axes")


@dataclasses.dataclass(frozen=True, kw_only=True)
class DirectionsConfig(RunConfig):
    """The directions, the moves along them, and the network that recognises these."""

    generator: str = option("", "run whose generator is searched", metavar="DIR")
    space: str = option(
        "z", "which latents are moved; w: the mapped ones of stylegan", choices=("z", "w")
    )
    count: int | None = option(
        None, "number of directions; by default 16, or the latent's length if less", minimum=2
    )
    matrix: str = option(
        "learned",
        "kind of directions; random ones and axes are not trained, for comparison",
        choices=MATRICES,
    )
    orthonormal: bool = option(False, "keep directions at right angles to each other")
    shift: float = option(
        6.0, "largest eps of a move, in standard deviations of the latent", above=0
    )
    least_shift: float = option(0.5, "smallest eps: smaller ones are raised to it", minimum=0)
    shift_weight: float = option(
        0.25, "lambda, weight of the error of eps", group="loss", minimum=0
    )
    reconstructor: str = option(
        "lenet",
        "network that recognises moves",
        group="networks",
        choices=("lenet", "resnet18"),
    )
    width: float = option(1.0, "factor on its channel counts", group="networks", above=0)
    reconstructor_lr: float = option(
        1e-3, "learning rate of Adam for the reconstructor", group="optimizer", minimum=0
    )
    directions_lr: float = option(
        5e-3, "learning rate of Adam for the directions", group="optimizer", minimum=0
    )
    batch_size: int = option(
        32, "examples per update, over all devices", group="optimizer", minimum=1
    )
    steps: int = option(2_000, "training steps", group="when", minimum=1)

    def check(self):
        """See `RunConfig.check`."""
        super().check()
        if self.least_shift > self.shift:
            raise UserError(
                f"--least-shift {self.least_shift:g} is above --shift {self.shift:g}; make it less"
            )
        if self.matrix == "axes" and self.orthonormal:
            raise UserError("--matrix axes is orthonormal already; leave --orthonormal out")

    def resolved(self) -> "DirectionsConfig":
        """See `RunConfig.resolved`: the path of the generator's run is absolute."""
        path = os.path.abspath(self.generator) if self.generator else ""
        return dataclasses.replace(self, generator=path)

    @property
    def tag(self) -> str:
        """See `RunConfig.tag`: the matrix if it is not learned."""
        return "" if self.matrix == "learned" else self.matrix
