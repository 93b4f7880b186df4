"""Settings of UDIT."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.domains import FrozenClassifier
from trainers.unpaired.munit.config import MUNITConfig

# The last map before the dense layers in the classifiers of `nets.classifiers`, reduced or not.
_LAYERS = ("reduced", "pool")


@dataclasses.dataclass(frozen=True, kw_only=True)
class UDITConfig(MUNITConfig):
    """MUNIT whose translations must keep what a frozen classifier sees in the image."""

    semantic_weight: float = option(
        1.0,
        "weight of the change of the classifier's features by a translation, lambda_U; 0: MUNIT",
        minimum=0,
    )
    classifier: str | None = option(
        None,
        "classifier file for the property to keep; by default, one of the domains' common classes "
        "is trained first",
        metavar="FILE",
    )
    classifier_channels: int = option(
        16,
        "channels of the compared features, from a 1x1 convolution in a classifier that is trained "
        "first; 0: no such convolution",
        minimum=0,
    )
    pool_indices: bool = option(
        True,
        "encode the content with max pooling, whose indices the decoder unpools with; without it, "
        "the networks are MUNIT's",
        group="networks",
    )
    content_kernel: int = option(
        3,
        "size of the kernels in the content encoder's blocks, with --pool-indices; 7 in the thesis",
        group="networks",
        minimum=3,
        maximum=7,
    )
    blocks: int = option(
        6,
        "residual blocks of each content encoder and each decoder",
        group="networks",
        minimum=0,
    )
    batch_size: int = option(
        4, "examples per update, over all devices", group="optimizer", minimum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.content_kernel % 2 == 0:
            raise UserError(f"--content-kernel {self.content_kernel} is even; give 3, 5 or 7")
        if self.classifier and not self.semantic_weight:
            raise UserError("--classifier is of no use with --semantic-weight 0; leave one out")

    @property
    def frozen_classifier(self) -> FrozenClassifier | None:
        """See `DomainsConfig.frozen_classifier`; it may tell any property of the images."""
        if not self.semantic_weight:
            return None
        return FrozenClassifier(
            self.classifier,
            same_classes=False,
            layers=_LAYERS,
            reduced=self.classifier_channels,
        )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        # Three poolings.
        return Sizes(multiple=8, largest=256) if self.pool_indices else super().sizes

    @property
    def tag(self) -> str:
        """See `TrainConfig.tag`."""
        parts = [f"u{self.semantic_weight:g}", *(["pi"] if self.pool_indices else []), super().tag]
        return "-".join(filter(None, parts))
