"""Settings of MetalGAN's colouriser."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import TasksConfig
from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.few_shot.inner_config import InnerConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class MetalColorConfig(TasksConfig, InnerConfig, MetricsConfig):
    """A U-Net that paints by lightness, and how far its clones go on a task."""

    dataset: str = option(
        "palette_tasks-hidden", "name of a data set, or path to images, in colour", group="data"
    )
    shots: int = option(
        64,
        "images of a task that a clone and the discriminator learn from",
        group="data",
        minimum=1,
    )
    queries: int = option(
        8, "further images of a task, on which its clone is measured", group="data", minimum=1
    )

    tasks: str = option(
        "labels",
        "what defines the images of a task: labels, or clusters of a classifier's features",
        group="data",
        choices=("labels", "clusters"),
    )
    clusters: int = option(64, "largest number of clusters", group="data", minimum=1)
    classifier: str | None = option(
        None,
        "classifier file of gray images whose features are clustered; trained first if not given",
        group="data",
        metavar="FILE",
    )
    classifier_steps: int = option(
        1000, "training steps of the classifier if none is given", group="data", minimum=0
    )
    classifier_width: float = option(0.5, "factor on its channel counts", group="data", above=0)
    cluster_network: str | None = option(
        None,
        "file of the network that predicts clusters; made first if not given",
        group="data",
        metavar="FILE",
    )

    filters: int = option(64, "channels of the networks' first maps", group="networks", minimum=1)
    levels: int = option(
        5,
        "convolutions of stride 2 in the generator: F, 2F, 4F, then 8F channels",
        group="networks",
        minimum=2,
        maximum=8,
    )
    adversarial_weight: float = option(
        1.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    l1_weight: float = option(
        100.0, "weight of the mean absolute difference of a and b", group="loss", minimum=0
    )

    inner_steps: int = option(100, "steps of a clone on its task", group="optimizer", minimum=1)
    inner_batch: int = option(
        16, "images per step of a clone, and per update of D", group="optimizer", minimum=1
    )
    inner_learning_rate: float = option(
        1e-4, "learning rate of a clone, by gradient descent", group="optimizer", minimum=0
    )
    meta_rate: float = option(
        1e-3, "how far the generator follows its clones", group="optimizer", above=0, maximum=1
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of D, by Adam", group="optimizer", minimum=0
    )
    batch_size: int = option(1, "tasks per step, over all devices", group="optimizer", minimum=1)

    evaluate_tasks: int = option(
        40, "held-out tasks to adapt to in an evaluation", group="measures", minimum=2
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if not (self.adversarial_weight or self.l1_weight):
            raise UserError("--adversarial-weight and --l1-weight are both 0: no colour is learned")
        if self.tasks == "clusters" and self.held_out_classes:
            raise UserError(
                "--held-out-classes names labels, which --tasks clusters does not use; leave it out"
            )
        if self.tasks == "labels" and (self.classifier or self.cluster_network):
            name = "--classifier" if self.classifier else "--cluster-network"
            raise UserError(f"{name} is for --tasks clusters; add this, or leave it out")

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`: those of the discriminator, in which the generator fits."""
        return Sizes((32, 64, 128), rectangles=True)
