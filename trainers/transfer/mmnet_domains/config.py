"""Settings of mix-and-match networks between domains of images."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import DomainJudgeConfig
from trainers.core.settings.translation import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class MMNetDomainsConfig(TranslationConfig, DomainJudgeConfig):
    """An encoder and a decoder for each domain, trained with those of one domain alone."""

    dataset: str = option(
        "glyph_recolour",
        "name of a data set, or path to images, whose labels are domains",
        group="data",
    )
    anchor: str | None = option(
        None, "the domain to and from which translations are trained; by default the first"
    )

    blocks: int = option(
        6, "residual blocks of each encoder and each decoder", group="networks", minimum=0
    )
    block_kernel: int = option(
        3,
        "size of the kernels in these blocks; 7 in the thesis",
        group="networks",
        minimum=3,
        maximum=7,
    )
    pools: int = option(
        3, "max pooling layers of each encoder", group="networks", minimum=1, maximum=5
    )
    side: str = option(
        "indices",
        "what decoders get besides the latent",
        group="networks",
        choices=("indices", "skip", "none"),
    )
    discriminator_filters: int | None = option(
        None,
        "channels of the discriminators' first maps; by default --filters",
        group="networks",
        minimum=1,
    )
    discriminator_layers: int = option(
        4, "convolutions of stride 2 in each discriminator", group="networks", minimum=1, maximum=6
    )

    loss: str = option(
        "least_squares", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    # (D - 1)^2 for G, without the 1/2 of the least-squares loss.
    adversarial_weight: float = option(
        2.0, "weight of the adversarial loss of G", group="loss", minimum=0
    )
    cycle_weight: float = option(
        10.0, "weight of the mean absolute error of the cycles", group="loss", minimum=0
    )
    autoencoder_weight: float = option(
        0.0,
        "weight of the mean absolute error of each domain's images from their own codes",
        group="loss",
        minimum=0,
    )
    alignment_weight: float = option(
        0.0,
        "weight of the mean squared difference of the latents of an image and its translation",
        group="loss",
        minimum=0,
    )
    batch_size: int = option(
        4, "examples of each domain per update, over all devices", group="optimizer", minimum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.block_kernel % 2 == 0:
            raise UserError(f"--block-kernel {self.block_kernel} is even; give 3, 5 or 7")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=2 ** max(self.pools, self.discriminator_layers), largest=256)

    @property
    def tag(self) -> str:
        """See `RunConfig.tag`: the side information if it is not the usual one."""
        return "" if self.side == "indices" else self.side
