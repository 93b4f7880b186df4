"""The data of a method that learns from groups of modalities that are known together."""

import dataclasses
import os
from collections.abc import Iterator

import numpy as np

from data.feeds.feed import EXAMPLES, Feed, chosen, values_of, wanted_of
from data.feeds.joint_feed import domain_seed
from data.feeds.sets_feed import SetsFeed
from data.reading.reader import Reader
from data.registry import OTHER_SPLIT, absolute_name, data_root, open_raw
from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.settings.size import Size


def open_groups(config):
    """Opens a data set with groups; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `TrainConfig`; the memory for images is split equally between the groups.

    Raises:
      UserError: if the set has no groups, or one cannot be opened.
    """
    if config.channels is not None:
        raise UserError("--channels: modalities keep their own channels; leave the option out")
    directory = data_root(config.data_dir)
    paths = {"data_dir": os.path.abspath(directory)} if directory else {}
    config = dataclasses.replace(config, dataset=absolute_name(config.dataset), **paths)
    groups = _groups(config, config.split)
    if not 1 <= len(groups) <= len(DOMAINS):
        raise UserError(
            f"{config.dataset}: {len(groups)} groups of modalities, but 1 to {len(DOMAINS)} can be "
            "learned from; give glyph_modalities or modalities:FOLDER"
        )
    if config.image_size is None:
        first = _reader(config, next(iter(groups.values())), 0)
        own = next(field.size for field in first.fields.values() if field.has_size)
        config = dataclasses.replace(config, image_size=Size(*config.sizes.nearest(own)))
    return GroupsFeed(config, groups), config


def _groups(config, split):
    source = open_raw(
        config.dataset, data_dir=config.data_dir, split=split, values=values_of(config)
    ).source
    return source.groups


def _reader(config, source, memory):
    return Reader(
        source,
        config.image_size,
        None,
        config.max_bad_files,
        fit=config.fit,
        depth=config.depth,
        memory_budget=memory,
    )


class GroupsFeed(SetsFeed):
    """The data of one run on groups of modalities: name of each group -> its examples.

    Args:
      config: the run's `TrainConfig`.
      groups: name of each group -> its source.
    """

    def __init__(self, config, groups):
        feeds, self._config, self._seed = {}, config, config.seed
        self._memory = (config.cache_mb << 20) // len(groups)
        for k, (name, source) in enumerate(groups.items()):
            reader = _reader(config, wanted_of(config).of(source), self._memory)
            own = dataclasses.replace(config, seed=domain_seed(config.seed, k))
            feeds[name] = GroupFeed(reader, own)
        super().__init__(feeds)
        self._tests = None

    @property
    def tests(self) -> dict[str, Reader]:
        """Name of each group of the other split -> its examples; empty without one.

        Raises:
          UserError: if it exists but cannot be read.
        """
        if self._tests is None:
            try:
                groups = _groups(self._config, OTHER_SPLIT[self._config.split])
            except NotFound:
                groups = {}
            # They are read once for each evaluation, which is seldom.
            self._tests = {name: _reader(self._config, s, 0) for name, s in groups.items()}
        return self._tests

    def examples(self, count: int) -> Iterator[dict[str, np.ndarray]]:
        """Held-out examples of each group, or those for training without any; always the same ones.

        Args:
          count: of each group; all if there are fewer.

        Yields:
          Name of each modality of a group -> up to `EXAMPLES` values, as the data has them.
        """
        trained = {name: feed.reader for name, feed in self._feeds.items()}
        for reader in (self.tests or trained).values():
            indices = chosen(reader, self._seed, count)
            for start in range(0, len(indices), EXAMPLES):
                yield reader.read(indices[start : start + EXAMPLES])

    def held_out(self) -> tuple[Reader | None, ...]:
        """See `SetsFeed.held_out`: a reader for each group of the other split, or one None."""
        return tuple(self.tests.values()) or (None,)


class GroupFeed(Feed):
    """The data of one group."""

    def __str__(self):
        shapes = (f"{name} {'x'.join(map(str, f.shape))}" for name, f in self.spec.items())
        return f"{self.reader.name}: {len(self.reader):,} examples of {', '.join(shapes)}"
