"""The data of a method that learns from several unrelated sets at once."""

import dataclasses

import numpy as np
import tensorflow as tf

from data.feeds.feed import Feed, open_for
from data.feeds.several.joint_feed import domain_seed
from data.reading.reader import Reader
from data.registry import data_root, split_names
from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import DOMAINS


def open_sets(config):
    """Opens several unrelated sets; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `TrainConfig` with `datasets`, names or paths of one to eight data sets, which
        replace `dataset`. Without an image size, each set has its own; the memory for images is
        split equally between them.

    Raises:
      UserError: if there are no sets or too many, or one cannot be opened.
    """
    # A comma in an existing path is not a separator.
    joined, root = ",".join(config.datasets), data_root(config.data_dir)
    names = split_names(joined, ",", root) if joined else []
    if not 1 <= len(names) <= len(DOMAINS):
        raise UserError(f"--datasets takes 1 to {len(DOMAINS)} data sets, not {len(names)}")
    feeds, found = {}, []
    for k, (letter, name) in enumerate(zip(DOMAINS, names, strict=False)):
        own = dataclasses.replace(config, dataset=name, cache_mb=config.cache_mb // len(names))
        reader, own = open_for(own)
        found.append(own)
        own = dataclasses.replace(own, seed=domain_seed(config.seed, k))
        feeds[letter] = Feed(reader, own)
    absolute = tuple(own.dataset for own in found)
    return SetsFeed(feeds), dataclasses.replace(
        config, datasets=absolute, data_dir=found[0].data_dir
    )


class SetsFeed:
    """The data of one run on several sets, for `tfgan_kit.engine.session.Session`.

    Each set is shown in its own order, and has its own fields and sizes.

    Args:
      feeds: letter of the set -> its `Feed`.

    Attributes:
      spec: the fields of each set's examples, in the form of a batch: letter -> dictionary.
      readers: one per set.
      notes: notes on the data for the user, one line each.
    """

    def __init__(self, feeds: dict[str, Feed]):
        self._feeds = feeds
        self.spec = {letter: feed.spec for letter, feed in feeds.items()}
        self.readers = tuple(feed.reader for feed in feeds.values())
        self.notes = tuple(note for feed in feeds.values() for note in feed.notes)

    def __str__(self):
        return "; ".join(f"{letter}: {feed}" for letter, feed in self._feeds.items())

    def dataset(self, start_batch, context) -> tf.data.Dataset:
        """The endless stream of replica batches: letter of the set -> its dictionary.

        Args:
          start_batch: the first global batch.
          context: a `tf.distribute.InputContext`.
        """
        return tf.data.Dataset.zip(
            {letter: feed.dataset(start_batch, context) for letter, feed in self._feeds.items()}
        )

    def held_out(self) -> tuple[Reader | None, ...]:
        """Held-out examples, one reader per set; see `Feed.held_out`."""
        return tuple(reader for feed in self._feeds.values() for reader in feed.held_out())

    def raise_pending(self) -> None:
        """Raises the pending reading error of the first set that has one."""
        for feed in self._feeds.values():
            feed.raise_pending()

    def reference(self, count: int) -> tuple[np.ndarray, ...]:
        """Real examples, one array per set; see `Feed.reference`."""
        return tuple(part for feed in self._feeds.values() for part in feed.reference(count))
