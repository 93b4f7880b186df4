"""Settings of every method in which generators play against discriminators."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, DIFFAUGMENT, PENALTIES
from tfgan_kit.settings.option import option


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdversarialConfig(MetricsConfig):
    """The adversarial game and its optimisers; methods add their networks."""

    init_generator: str | None = option(
        None,
        "run or .keras file to start the generator from; overrides --init-from",
        group="networks",
        metavar="PATH",
    )
    init_discriminator: str | None = option(
        None,
        "run or .keras file to start the discriminator from; overrides --init-from",
        group="networks",
        metavar="PATH",
    )
    freeze_discriminator: int = option(
        0,
        "number of first blocks of D to freeze (FreezeD), up to its output features_N",
        group="networks",
        minimum=0,
    )

    loss: str = option(
        "non_saturating", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    label_smoothing: float = option(
        0.0, "share of 'fake' in the target of real images", group="loss", minimum=0, maximum=0.5
    )
    label_flipping: float = option(
        0.0,
        "probability that D gets the wrong label (real or fake)",
        group="loss",
        minimum=0,
        maximum=0.5,
    )
    instance_noise: float = option(
        0.0, "standard deviation of noise on D's input, falling to 0", group="loss", minimum=0
    )
    instance_noise_steps: int | None = option(
        None,
        "step at which that noise reaches 0; by default the planned last step",
        group="loss",
        minimum=1,
    )
    diffaugment: tuple[str, ...] = option(
        (), "differentiable augmentation of D's input", group="loss", choices=DIFFAUGMENT
    )

    critic_steps: int = option(
        1, "discriminator updates per step, each on new data", group="optimizer", minimum=1
    )
    penalty: str = option("none", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    penalty_weight: float = option(10.0, "lambda, or gamma of R1 and R2", group="loss", minimum=0)
    penalty_every: int = option(
        1, "steps between penalties, whose weight is multiplied by this", group="loss", minimum=1
    )
    clip_weights: float = option(
        0.0, "clip D's weights to [-c, c] after each update", group="loss", minimum=0
    )

    optimizer: str = option(
        "adam", "optimiser", group="optimizer", choices=("adam", "rmsprop", "sgd")
    )
    generator_lr: float = option(
        2e-4, "learning rate of the generator", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        2e-4, "learning rate of the discriminator", group="optimizer", minimum=0
    )
    beta_1: float = option(0.5, "Adam's first decay rate", group="optimizer", minimum=0, maximum=1)
    beta_2: float = option(
        0.999, "Adam's second decay rate", group="optimizer", minimum=0, maximum=1
    )
    rho: float = option(0.9, "RMSprop's decay rate", group="optimizer", minimum=0, maximum=1)
    momentum: float = option(
        0.0, "momentum of RMSprop and SGD", group="optimizer", minimum=0, maximum=1
    )
    epsilon: float = option(
        1e-7,
        "constant added to Adam's root of the mean square, and under RMSprop's root",
        group="optimizer",
        above=0,
    )
    schedule: str = option(
        "constant",
        "schedule of the learning rates",
        group="optimizer",
        choices=("constant", "linear", "cosine"),
    )
    warmup_steps: int = option(
        0, "steps until the full learning rate", group="optimizer", minimum=0
    )
    decay_start: int = option(
        0, "step at which a linear or cosine decay begins", group="optimizer", minimum=0
    )
    decay_steps: int | None = option(
        None,
        "step at which such a decay reaches 0; by default the planned last step",
        group="optimizer",
        minimum=1,
    )
    weight_decay: float = option(
        0.0, "lambda of lambda/2 * sum of squared weights", group="optimizer", minimum=0
    )
    clip_norm: float = option(
        0.0, "largest global norm of a gradient; 0: no limit", group="optimizer", minimum=0
    )
    ema_decay: float = option(
        0.999, "decay of the averaged generator", group="optimizer", minimum=0, maximum=0.99999
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.rho == 1 or self.momentum == 1:
            raise UserError("--rho and --momentum must be below 1")
        if self.beta_1 == 1 or self.beta_2 == 1:
            raise UserError("--beta-1 and --beta-2 must be below 1")

    def resolved(self) -> "AdversarialConfig":
        """See `TrainConfig.resolved`."""
        fixed = {}
        if self.schedule != "constant" and self.decay_steps is None:
            fixed["decay_steps"] = self.steps
        if self.instance_noise and self.instance_noise_steps is None:
            fixed["instance_noise_steps"] = self.steps
        return dataclasses.replace(super().resolved(), **fixed)
