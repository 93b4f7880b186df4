"""Batches of episodes."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from data.feeds import augment as augmentation
from data.feeds.episodes.draws import Draws
from data.feeds.stream import Stream
from data.reading.reader import Reader
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field
from tfgan_kit.randomness import seed_of


def spec_of(reader: Reader, names: Sequence[str], ways: int) -> dict:
    """The contents of an episode: fields of one example in "support" and "query", and "class".

    Args:
      reader: examples of classes.
      names: of all classes.
      ways: number of classes in an episode, which the labels of its examples refer to.
    """
    label = class_field(tuple(map(str, range(ways))))
    part = reader.fields | {"label": label}
    classes = dataclasses.replace(class_field(names), shape=(ways,))
    return {"support": part, "query": dict(part), "class": classes}


class EpisodeStream(Stream):
    """An endless stream of episodes; see `data.feeds.episodes`.

    A bad file is replaced by the next one of its class in the order drawn from (seed, n), so that
    the examples of an episode depend only on the data.

    Args:
      reader: the examples of all classes.
      places: number of each class to draw from -> the indices of its examples.
      config: has `ways`, `shots`, `queries`, and `batch_size`, the number of episodes in a global
        batch.
      purpose: purpose of the draws; streams with different purposes are independent.
      augment: specs, see `data.feeds.augment.parse`.

    Raises:
      UserError: if an augmentation spec is invalid, or is given for points.
    """

    def __init__(
        self,
        reader: Reader,
        places: dict[int, np.ndarray],
        config,
        *,
        purpose: str,
        augment: Sequence[str] = (),
    ):
        self._reader = reader
        self._numbers = np.array(list(places), np.int64)
        self._ways, self._shots = config.ways, config.shots
        self._each = config.shots + config.queries
        self._draws = Draws(list(places.values()), config.ways, seed_of(config.seed, purpose))
        self._augment = augmentation.parse_for(reader, augment)
        self._augment_seed = seed_of(config.seed, f"{purpose}/augment")
        super().__init__(self._row_of(config.queries), config.batch_size)

    def read(self, n: np.ndarray) -> dict:
        """Returns the episodes at stream positions n, int64 (count,), not negative.

        Returns:
          Episodes as described in `data.feeds.episodes`; each array has a leading episode axis.

        Raises:
          UserError: if there are more bad files than allowed, or too few good ones in a class.
        """
        drawn = [self._draws.draw(k) for k in np.asarray(n).tolist()]
        batch = self._read([order for _, orders in drawn for order in orders])
        size = self._ways * self._each
        positions = np.asarray(n, np.int64)[:, None] * size + np.arange(size)
        batch = augmentation.augmented(
            self._augment, batch, self._reader.fields, self._augment_seed, positions.ravel()
        )
        numbers = np.broadcast_to(np.arange(self._ways)[:, None], (len(n), self._ways, self._each))
        batch["label"] = numbers.reshape(-1)
        first, last = slice(self._shots), slice(self._shots, None)
        classes = np.stack([self._numbers[chosen] for chosen, _ in drawn])
        return {
            "support": {name: self._part(values, first) for name, values in batch.items()},
            "query": {name: self._part(values, last) for name, values in batch.items()},
            "class": classes,
        }

    def _part(self, values, which):
        """(episodes * ways * each, *shape) -> (episodes, ways * some, *shape)."""
        shape = values.shape[1:]
        some = values.reshape(-1, self._ways, self._each, *shape)[:, :, which]
        return some.reshape(len(some), self._ways * some.shape[2], *shape)

    def _read(self, orders):
        """Reads the first good examples of each order."""
        while True:
            bad = self._reader.bad_indices
            chosen = np.concatenate([self._good(order, bad) for order in orders])
            batch = self._reader.read(chosen)
            if not self._reader.bad_indices.intersection(chosen.tolist()):
                return batch

    def _good(self, order, bad):
        if not bad:
            return order[: self._each]
        good = [k for k in order.tolist() if k not in bad][: self._each]
        if len(good) < self._each:
            lower = ", or lower --shots or --queries" if self._each > 1 else ""
            raise UserError(
                f"{self._reader.name}: only {len(good)} of {len(order)} examples of a class can be "
                f"read, and an episode takes {self._each}; repair the files "
                f"(first: {self._reader.bad_files[0]}){lower}"
            )
        return np.array(good, np.int64)

    def _row_of(self, queries):
        fields = spec_of(self._reader, (), self._ways)["support"]

        def part(count):
            shapes = {name: (self._ways * count, *field.shape) for name, field in fields.items()}
            return {k: tf.TensorSpec(shape, fields[k].dtype) for k, shape in shapes.items()}

        classes = tf.TensorSpec((self._ways,), tf.int64)
        return {"support": part(self._shots), "query": part(queries), "class": classes}
