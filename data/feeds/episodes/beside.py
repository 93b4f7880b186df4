"""Tasks of one class, and beside each of them images of all classes that are trained on."""

import numpy as np
import tensorflow as tf

from data.feeds.episodes.feed import EpisodeFeed
from data.feeds.feed import open_for
from data.feeds.pipeline import Pipeline
from data.feeds.stream import Stream
from tfgan_kit.randomness import seed_of


def open_beside(config):
    """Opens a data set of classes; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `tfgan_kit.settings.episodes.TasksConfig`, with `ways` 1.

    Raises:
      UserError: see `data.feeds.episodes.feed.EpisodeFeed`.
    """
    reader, config = open_for(config)
    return BesideFeed(reader, config), config


class BesideFeed(EpisodeFeed):
    """The data of one run: an `EpisodeFeed` whose tasks have other images beside them.

    Attributes:
      spec: in addition "others", the fields of an example: as many as the task has, of any class
        that is trained on.
    """

    def __init__(self, reader, config):
        super().__init__(reader, config)
        self._stream = BesideStream(self.episodes, self.reader, config)
        self.raise_pending = self._stream.raise_pending
        self.spec = self.spec | {"others": dict(self.reader.fields)}

    def of_class(self, number: int) -> np.ndarray:
        """Images of a class, held out or not, that are chosen by the seed: as many as a task has.

        Args:
          number: of the class in the data.
        """
        rng = np.random.default_rng(seed_of(self._config.seed, f"examples of class {number}"))
        return self._all.read(rng.permutation(self.places[number])[: self._config.shots])["image"]

    def others(self, count: int) -> np.ndarray:
        """Up to so many images of any class that is trained on, chosen by the seed."""
        rng = np.random.default_rng(seed_of(self._config.seed, "others"))
        return self.reader.read(rng.permutation(len(self.reader))[:count])["image"]


class BesideStream(Stream):
    """An endless stream of tasks, with examples of all classes in the order of their own stream.

    Args:
      episodes: the `EpisodeStream` of the tasks.
      reader: the examples of all classes.
      config: of the run.
    """

    def __init__(self, episodes, reader, config):
        self._episodes, self._count = episodes, config.shots
        self._others = Pipeline(
            reader,
            batch_size=config.shots,
            seed=seed_of(config.seed, "others of tasks"),
            augment=config.augment,
        )
        fields = reader.fields.items()
        others = {n: tf.TensorSpec((config.shots, *f.shape), f.dtype) for n, f in fields}
        super().__init__(episodes.row | {"others": others}, config.batch_size)

    def read(self, n):
        """See `Stream.read`."""
        places = np.asarray(n, np.int64)[:, None] * self._count + np.arange(self._count)
        others = self._others.read(places.ravel())
        shaped = {k: v.reshape(len(n), self._count, *v.shape[1:]) for k, v in others.items()}
        return self._episodes.read(n) | {"others": shaped}
