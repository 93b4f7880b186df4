"""The data of a method that learns from the classes of one set as from sets of their own."""

import numpy as np

from data.feeds.feed import Feed, check_single, open_for
from data.feeds.label_views import Selected, all_labels
from data.feeds.pipeline import Pipeline
from data.feeds.several.joint_feed import domain_seed
from data.feeds.stream import Stream
from tfgan_kit.errors import UserError


def open_classes(config):
    """Opens a labelled data set by class; see `data.feeds.open_feed.open_feed`.

    Raises:
      UserError: see `ClassesFeed`.
    """
    reader, config = open_for(config)
    return ClassesFeed(reader, config), config


class ClassesFeed(Feed):
    """The data of one run: name of each class -> as many images of it, in an order of their own.

    Everything but the batches is as of the whole set: examples have labels.

    Args:
      reader: the examples.
      config: the run's `TrainConfig`; its batch is one of each class.

    Attributes:
      spec: in the form of a batch: name of each class -> {"image": its field}.

    Raises:
      UserError: if examples are not single images with exclusive classes, or a class has fewer
        examples than a batch.
    """

    def __init__(self, reader, config):
        check_single(reader)
        image, label = reader.fields["image"], reader.fields["label"]
        if image.kind != "image" or label.kind != "class" or not label.names:
            raise UserError(
                f"--dataset {config.dataset}: this method needs images in exclusive classes, which "
                "are its domains; sort the images into one folder per domain, or choose another set"
            )
        super().__init__(reader, config, _Stream(reader, label.names, config))
        self.spec = {name: {"image": image} for name in label.names}


class _Stream(Stream):
    """An endless stream of rows with an image of each class."""

    def __init__(self, reader, names, config):
        labels, self._pipelines = all_labels(reader), {}
        for k, name in enumerate(names):
            own = Selected(reader, np.flatnonzero(labels == k))
            own.name = f"{reader.name}, {name}"
            self._pipelines[name] = Pipeline(
                own,
                batch_size=config.batch_size,
                seed=domain_seed(config.seed, k),
                augment=config.augment,
            )
        rows = {name: {"image": each.row["image"]} for name, each in self._pipelines.items()}
        super().__init__(rows, config.batch_size)

    def read(self, n):
        """See `Stream.read`."""
        return {name: {"image": each.read(n)["image"]} for name, each in self._pipelines.items()}
