"""Settings of the methods in which one generator translates between many domains."""

import dataclasses

from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, PENALTIES
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import DomainJudgeConfig
from trainers.core.settings.translation import TranslationConfig

GENERATOR_MULTIPLE = 4  # It takes two steps down.
_MOST = 6  # Convolutions of stride 2 in the paper's discriminator, at 128 pixels.


@dataclasses.dataclass(frozen=True, kw_only=True)
class ManyDomainsConfig(TranslationConfig, DomainJudgeConfig):
    """A generator that is told the domain, and a discriminator that also tells it."""

    dataset: str = option(
        "glyph_recolour",
        "name of a data set, or path to images, with labels: their domains or attributes",
        group="data",
    )
    balanced_real: bool = option(False, "show images of all domains equally often", group="data")
    labelled_per_class: int | None = option(
        None,
        "number of images per domain whose label is used; by default all",
        group="data",
        minimum=1,
    )
    exclusive: tuple[str, ...] = option(
        (),
        "groups of mutually exclusive attributes, their names joined with +, such as black+blond",
        group="data",
    )

    blocks: int = option(6, "residual blocks of the generator", group="networks", minimum=0)
    discriminator_layers: int | None = option(
        None,
        "convolutions of stride 2 in the discriminator; by default as many as leave a map of 2x2 "
        f"or more, up to {_MOST}",
        group="networks",
        minimum=1,
        maximum=_MOST,
    )

    loss: str = option("wasserstein", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES)
    penalty: str = option("wgan_gp", "gradient penalty", group="loss", choices=("none", *PENALTIES))
    adversarial_weight: float = option(
        1.0, "weight of the adversarial loss of G", group="loss", minimum=0
    )
    class_weight: float = option(
        1.0, "weight of D's classification loss on real images", group="loss", minimum=0
    )
    generator_class_weight: float = option(
        1.0, "weight of G's classification loss on translations", group="loss", minimum=0
    )

    critic_steps: int = option(
        5, "discriminator updates per step, each on new data", group="optimizer", minimum=1
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

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        least = 2 ** (self.discriminator_layers or 0)
        return Sizes(multiple=max(GENERATOR_MULTIPLE, least), largest=256)

    @property
    def halvings(self) -> int:
        """Convolutions of stride 2 in the discriminator, as given or as the size allows."""
        return self.discriminator_layers or _halvings(self.image_size)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The names of the attributes in each group of `exclusive`."""
        return tuple(tuple(group.split("+")) for group in self.exclusive)


def _halvings(size):
    """How often both sides can be halved to 2 or more, at most `_MOST` times."""
    fits = (n for n in range(_MOST, 1, -1) if all(s % 2**n == 0 and s >= 2 * 2**n for s in size))
    return next(fits, 1)
