"""Settings of MineGAN."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NETWORKS, PENALTIES
from tfgan_kit.settings.option import flag, option
from trainers.core.settings.adversarial import AdversarialConfig

CRITICS = ("source", "new")


@dataclasses.dataclass(frozen=True, kw_only=True)
class MineGANConfig(AdversarialConfig):
    """The generators to mine, the miners, and how long each stage takes."""

    source: tuple[str, ...] = option(
        (), "runs whose generators are mined, separated by commas", metavar="DIR"
    )
    critic: str = option(
        "source",
        "start from the D of the first source, or from a new one",
        group="networks",
        choices=CRITICS,
    )
    network: str = option("dcgan", "architecture of a new D", group="networks", choices=NETWORKS)
    width: float = option(1.0, "factor on its channel counts", group="networks", above=0)
    latent_size: int | None = option(
        None,
        "length of the miners' noise; by default that of the first source's latent",
        group="networks",
        minimum=1,
    )
    miner_units: tuple[int, ...] = option(
        (),
        "units of a miner's layers except the last; by default one layer as long as the latent",
        group="networks",
        minimum=1,
    )
    miner_norm: bool = option(
        False, "divide the output of each of these layers by its root mean square", group="networks"
    )
    class_weights: str = option(
        "linear",
        "what a miner gives a conditional generator instead of a class",
        group="networks",
        choices=("linear", "softmax"),
    )

    mining_steps: int = option(
        1_000, "first steps, in which the generators are frozen", group="when", minimum=1
    )
    steps: int = option(
        2_000,
        "training steps; after the mining, generators are trained as well",
        group="when",
        minimum=1,
    )

    loss: str | None = option(
        None,
        "adversarial loss; by default that of the first source",
        group="loss",
        choices=ADVERSARIAL_LOSSES,
    )
    penalty: str | None = option(
        None,
        "gradient penalty; by default that of the first source, with its weight",
        group="loss",
        choices=("none", *PENALTIES),
    )
    penalty_weight: float | None = option(
        None,
        "weight of the gradient penalty; 10 if --penalty is given",
        group="loss",
        minimum=0,
    )
    clip_weights: float | None = option(
        None,
        "clip D's weights to [-c, c] after each update; by default as the first source, or 0 if "
        "--penalty is given",
        group="loss",
        minimum=0,
    )

    critic_steps: int = option(
        5, "discriminator updates per step, each on new data", group="optimizer", minimum=1
    )
    miner_lr: float = option(4e-4, "learning rate of the miners", group="optimizer", minimum=0)
    generator_lr: float = option(
        4e-4, "learning rate of the generators, once they are trained", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        4e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if len({*map(os.path.abspath, self.source)}) < len(self.source):
            raise UserError("--source names a run twice; name each generator once")
        for name in ("init_from", "init_generator"):
            if getattr(self, name):
                raise UserError(f"{flag(name)}: generators begin as those of --source; omit it")

    def resolved(self) -> "MineGANConfig":
        """See `TrainConfig.resolved`: the paths of the sources are absolute."""
        paths = tuple(map(os.path.abspath, self.source))
        return dataclasses.replace(super().resolved(), source=paths)
