"""Settings of methods that learn from classes, for others: few-shot and meta-learning."""

import dataclasses

from tfgan_kit.settings.option import option
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class HeldOutClassesConfig(TrainConfig):
    """Which classes are left for measuring."""

    held_out_classes: tuple[str, ...] = option(
        (),
        "classes reserved for evaluation: names, or how many of the last classes",
        group="data",
        metavar="COUNT|NAME",
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class TasksConfig(HeldOutClassesConfig):
    """Tasks that are some examples of one class each; see `data.feeds.episodes`.

    If a configuration has several bases, this must be the first, as its batches are smaller.

    Attributes:
      ways, queries: see `EpisodesConfig`.
      tasks: "labels", or another way to tell the images of a task, for which the method calls
        `group` of the feed.
      others: how many images of the classes trained on an adaptation takes beside those of a task.
    """

    shots: int = option(1, "support examples per class", group="data", minimum=1)
    batch_size: int = option(
        4, "episodes per update, over all devices", group="optimizer", minimum=1
    )

    # Not fields: they are settings of some methods only.
    ways, queries, tasks, others = 1, 0, "labels", 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class EpisodesConfig(TasksConfig):
    """What an episode of several classes is; see `data.feeds.episodes`."""

    ways: int = option(5, "number of classes per episode", group="data", minimum=1)
    queries: int = option(15, "query examples per class", group="data", minimum=1)
