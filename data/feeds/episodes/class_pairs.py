"""The data of a method that learns from two examples of different classes at a time."""

import functools
import types

import numpy as np
import tensorflow as tf

from data.feeds.episodes.classes import listed, split_by_name
from data.feeds.episodes.stream import EpisodeStream
from data.feeds.feed import Feed, check_single, open_for
from data.feeds.label_views import Selected, all_labels
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field

_EPISODE = {"ways": 2, "shots": 1, "queries": 0}


def open_class_pairs(config):
    """Opens a data set of classes; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `tfgan_kit.settings.episodes.HeldOutClassesConfig`.

    Raises:
      UserError: see `ClassPairsFeed`.
    """
    reader, config = open_for(config)
    return ClassPairsFeed(reader, config), config


class ClassPairStream(EpisodeStream):
    """An endless stream of episodes of two classes with one example each, in fields of their own.

    Element n is a function of (seed, n).
    """

    def read(self, n):
        """Returns pairs at stream positions n, int64 (count,): see `ClassPairsFeed`."""
        episodes = super().read(n)
        images, classes = episodes["support"]["image"], episodes["class"]
        return {
            **{"image": images[:, 0], "label": classes[:, 0]},
            **{"class_image": images[:, 1], "class_label": classes[:, 1]},
        }

    def _row_of(self, queries):
        image = self._reader.fields["image"]
        of_image, of_label = tf.TensorSpec(image.shape, image.dtype), tf.TensorSpec((), tf.int64)
        return {
            **{"image": of_image, "label": of_label},
            **{"class_image": of_image, "class_label": of_label},
        }


class ClassPairsFeed(Feed):
    """The data of one run on pairs of classes, for `tfgan_kit.engine.session.Session`.

    Args:
      reader: the examples.
      config: see `open_class_pairs`.

    Attributes:
      spec: "image" and "label" of one example, "class_image" and "class_label" of another, whose
        class is never the same. Labels number the classes that are trained on.
      readers: a single reader of the examples of these classes.
      split: the numbers of all classes in the data by use, a `data.feeds.episodes.classes.Split`.

    Raises:
      UserError: if examples have several fields, there are no classes, fewer than two to train on,
        one of them without examples, or a class to hold out is unknown.
    """

    def __init__(self, reader, config):
        check_single(reader)
        label = reader.fields["label"]
        if not label.names or label.kind != "class":
            raise UserError(
                f"{config.dataset} has no classes, which this method needs; choose another "
                "--dataset, or sort the images into one folder per class"
            )
        self.split = split_by_name(config.held_out_classes, label.names, reader.name)
        self._names, self._all = label.names, reader
        trained, count = self.split.trained, len(self.split.held_out)
        if len(trained) < 2:
            out, fewer = (
                (f", of which {count} are held out", " or hold out fewer") if count else ("", "")
            )
            raise UserError(
                f"{reader.name}: this method trains on 2 classes or more, and there are "
                f"{len(label.names)}{out}; add some{fewer}"
            )
        labels = all_labels(reader)
        places = {number: np.flatnonzero(labels == k) for number, k in enumerate(trained)}
        empty = [label.names[trained[number]] for number, rows in places.items() if not len(rows)]
        if empty:
            raise UserError(
                f"{reader.name}: there are no examples of the class {empty[0]!r}; leave the class "
                "out or add some"
            )
        settings = types.SimpleNamespace(batch_size=config.batch_size, seed=config.seed, **_EPISODE)
        stream = ClassPairStream(
            reader, places, settings, purpose="class pairs", augment=config.augment
        )
        if self.split.held_out:
            reader = Selected(reader, np.sort(np.concatenate(list(places.values()))))
        super().__init__(reader, config, stream)
        image, own = reader.fields["image"], class_field([label.names[k] for k in trained])
        self.spec = {
            **{"image": image, "label": own},
            **{"class_image": image, "class_label": own},
        }

    def __str__(self):
        out = self.split.held_out
        told = f", held out: {listed([self._names[k] for k in out])}" if out else ""
        return f"{super().__str__()}{told}"

    @functools.cached_property
    def of_classes(self) -> tuple:
        """The held-out split, or the data without one, as a reader, and the rows of each class.

        The rows are int64 (n,) in an order of their own, the same each time, by the number of the
        class in the data; of examples that are trained on and of those that are not.

        Raises:
          UserError: if there are held-out examples that cannot be read.
        """
        (reader,) = self.held_out()
        reader = self._all if reader is None else reader
        labels, rng = all_labels(reader), np.random.default_rng(0)
        rows = [rng.permutation(np.flatnonzero(labels == k)) for k in range(len(self._names))]
        return reader, rows
