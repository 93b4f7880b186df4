"""Settings of mix-and-match networks."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.judge import ContentConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class MMNetConfig(ContentConfig):
    """An encoder and a decoder for each modality, any of which go together."""

    dataset: str = option(
        "glyph_modalities",
        "set with groups of modalities, such as modalities:FOLDER",
        group="data",
    )
    anchor: str | None = option(
        None, "the modality that is in all groups; by default the only one, or rgb"
    )
    judged: str | None = option(
        None, "the modality, an image, that the discriminator judges; by default the anchor"
    )

    filters: tuple[int, ...] = option(
        (64, 128, 256, 512, 512),
        "channels of each level, after which sides are halved",
        group="networks",
        minimum=1,
    )
    fusions: tuple[str, ...] = option(
        (),
        "sources that can be mixed, such as rgb+depth; by default all pairs, and all at once",
        group="networks",
    )
    convolutions: tuple[int, ...] = option(
        (2, 2, 3, 3, 3), "convolutions of each level", group="networks", minimum=1
    )
    norm: str = option(
        "batch",
        "normalisation of encoders and decoders, except the anchor's encoder",
        group="networks",
        choices=("batch", "instance", "none"),
    )
    anchor_norm: str = option(
        "none",
        "normalisation of the anchor's encoder; the paper's has none, as its weights are known",
        group="networks",
        choices=("batch", "instance", "none"),
    )
    anchor_weights: str | None = option(
        None,
        "file with VGG16's weights, from which the anchor's encoder starts",
        group="networks",
        metavar="FILE",
    )
    side: str = option(
        "indices",
        "what decoders get besides the latent, except that of the judged modality",
        group="networks",
        choices=("indices", "skip", "none"),
    )
    discriminator_filters: int = option(
        64, "channels of the discriminator's first map", group="networks", minimum=1
    )
    discriminator_layers: int = option(
        4, "convolutions of stride 2 in the discriminator", group="networks", minimum=1, maximum=6
    )

    steps: int = option(500_000, "training steps", group="when", minimum=1)
    seen_steps: int = option(
        200_000,
        "first steps, in which only translations between seen pairs are trained",
        group="when",
        minimum=1,
    )
    aligned_steps: int = option(
        200_000,
        "steps after these, in which latents are aligned; the rest also has pseudo-pairs; 0: all "
        "the rest, without pseudo-pairs",
        group="when",
        minimum=0,
    )

    autoencoders: bool = option(
        True, "train each modality into itself after the first steps", group="loss"
    )
    anchor_weight: float = option(
        10.0,
        "weight of the losses of the judged modality after the first steps, in which it is 1",
        group="loss",
        minimum=0,
    )
    l2_weight: float = option(
        100.0,
        "weight, within it, of the mean squared error; also 1 in the first steps",
        group="loss",
        minimum=0,
    )
    segmentation_weight: float = option(
        100.0, "weight of the cross-entropy of label maps", group="loss", minimum=0
    )
    depth_weight: float = option(
        10.0, "weight of the losses of depths and of other images", group="loss", minimum=0
    )
    image_loss: str = option(
        "berhu",
        "loss of images that are not judged: BerHu, or the mean squared error",
        group="loss",
        choices=("berhu", "l2"),
    )
    alignment_weight: float = option(
        10.0, "weight of the mean squared difference of latents", group="loss", minimum=0
    )
    pseudo_weight: float = option(
        100.0, "weight of the losses of pseudo-pairs", group="loss", minimum=0
    )
    pseudo_freeze_decoders: bool = option(
        False,
        "freeze all decoders in the steps with pseudo-pairs, their literal form",
        group="loss",
    )
    pseudo_targets: str = option(
        "soft",
        "label maps of pseudo-pairs as the teacher's probabilities, or as its likeliest classes",
        group="loss",
        choices=("soft", "hard"),
    )
    noise: float = option(
        0.5, "standard deviation of noise on latents after the first steps", group="loss", minimum=0
    )
    noise_unit: str = option(
        "absolute",
        "latent: --noise is a share of the standard deviation of the anchor's own latent",
        group="loss",
        choices=("absolute", "latent"),
    )

    batch_size: int = option(
        6, "examples of each group per update, over all devices", group="optimizer", minimum=1
    )
    learning_rate: float = option(2e-4, "learning rate of Adam", group="optimizer", minimum=0)
    pseudo_learning_rate: float = option(
        2e-5, "learning rate in the steps with pseudo-pairs", group="optimizer", minimum=0
    )
    beta_1: float = option(
        0.5,
        "Adam's decay rate of the mean of gradients",
        group="optimizer",
        minimum=0,
        maximum=0.999,
    )
    evaluate_count: int = option(1_000, "held-out examples to measure", group="when", minimum=1)

    def __post_init__(self):
        # A run must find its files wherever it is resumed from.
        if self.anchor_weights:
            object.__setattr__(self, "anchor_weights", os.path.abspath(self.anchor_weights))

    @property
    def samples(self) -> int:
        """See `RunConfig.samples`."""
        return self.evaluate_count

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if len(self.filters) != len(self.convolutions):
            raise UserError(
                f"--filters has {len(self.filters)} levels and --convolutions "
                f"{len(self.convolutions)}; give a number for each level"
            )
        if self.seen_steps >= self.steps:
            raise UserError(
                f"--seen-steps {self.seen_steps} leaves none of --steps {self.steps}, in which "
                "latents are aligned; lower it"
            )
        if self.aligned_steps and self.seen_steps + self.aligned_steps >= self.steps:
            raise UserError(
                f"--seen-steps {self.seen_steps} and --aligned-steps {self.aligned_steps} leave "
                f"none of --steps {self.steps} for pseudo-pairs; lower one, or give "
                "--aligned-steps 0 for training without them"
            )
        literal = self.pseudo_freeze_decoders or self.pseudo_targets == "hard"
        if literal and not self.aligned_steps:
            raise UserError(
                "--pseudo-freeze-decoders and --pseudo-targets hard are for steps with "
                "pseudo-pairs, of which --aligned-steps 0 leaves none; leave them or it out"
            )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`."""
        return Sizes(multiple=2 ** len(self.filters), largest=256)

    @property
    def tag(self) -> str:
        """See `RunConfig.tag`: the side information if it is not the usual one."""
        return "" if self.side == "indices" else self.side
