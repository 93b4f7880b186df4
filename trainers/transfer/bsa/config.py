"""Settings of batch statistics adaptation."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from trainers.core.settings.perceptual import PerceptualOptions


@dataclasses.dataclass(frozen=True, kw_only=True)
class BSAConfig(PerceptualOptions):
    """The generator that is adapted, and the terms of the loss."""

    source: str = option("", "run whose generator is adapted", metavar="DIR")
    latent_noise: float = option(
        0.01, "standard deviation of noise on the images' latents", minimum=0
    )
    centre: str = option(
        "learned",
        "centre of the latents: trained, or 0",
        choices=("learned", "zero"),
    )
    truncation: float = option(
        0.3,
        "largest absolute value in the latents of samples; for uniform ones, at most 1",
        above=0,
        maximum=5,
    )

    perceptual_weight: float = option(
        0.001, "weight of the difference of VGG features", group="loss", minimum=0
    )
    latent_weight: float = option(
        0.1,
        "weight of the distance between latents and draws, each to the nearest of the others",
        group="loss",
        minimum=0,
    )
    norm_weight: float = option(
        0.02, "weight of the squares of gamma - 1 and beta", group="loss", minimum=0
    )

    learning_rate: float = option(0.03, "learning rate of Adam", group="optimizer", minimum=0)
    batch_size: int = option(
        25, "examples per update, over all devices", group="optimizer", minimum=1
    )
    steps: int = option(10_000, "training steps", group="when", minimum=1)

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.init_from:
            raise UserError("--init-from: the generator begins as that of --source; omit it")
        if self.augment:
            raise UserError(
                f"--augment {','.join(self.augment)}: each latent belongs to one unchanged "
                "image; omit it"
            )

    def resolved(self) -> "BSAConfig":
        """See `RunConfig.resolved`: the path of the source is absolute."""
        path = os.path.abspath(self.source) if self.source else ""
        return dataclasses.replace(super().resolved(), source=path)
