"""The data of a method that learns from groups of modalities that are known together."""

import dataclasses
import os
from collections.abc import Iterator

import numpy as np

from data.feeds.feed import EXAMPLES, Feed, chosen, notes_on_fit, values_of, wanted_of
from data.feeds.several.joint_feed import domain_seed
from data.feeds.several.sets_feed import SetsFeed
from data.reading.reader import Reader
from data.registry import OTHER_SPLIT, absolute_name, data_root, open_raw
from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.settings.size import Size

_KINDS = {"ids": "label map"}  # In words, where they are not words.


def open_groups(config):
    """Opens a data set with groups; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `TrainConfig`; the memory for images is split equally between the groups.

    Raises:
      UserError: if the set has no groups, one cannot be opened, or a modality differs between
        groups or splits.
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
    notes = {}
    if config.image_size is None:
        first = _reader(config, next(iter(groups.values())), 0)
        config = dataclasses.replace(
            config, image_size=Size(*config.sizes.nearest(_size_of(first)))
        )
        sizes = [size for size in map(_size_of, groups.values()) if None not in size]
        notes = {
            note: None for own in sizes for note in notes_on_fit(own, config.image_size, config.fit)
        }
    feed = GroupsFeed(config, groups)
    feed.notes = (*feed.notes, *notes)
    return feed, config


def _size_of(examples):
    return next(field.size for field in examples.fields.values() if field.has_size)


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

    Attributes:
      tests: name of each group of the other split -> its examples; empty without one.

    Raises:
      UserError: if the other split exists but cannot be read, or a modality is not stored alike.
    """

    def __init__(self, config, groups):
        feeds, self._config, self._seed = {}, config, config.seed
        self._memory = (config.cache_mb << 20) // len(groups)
        for k, (name, source) in enumerate(groups.items()):
            reader = _reader(config, wanted_of(config).of(source), self._memory)
            own = dataclasses.replace(config, seed=domain_seed(config.seed, k))
            feeds[name] = GroupFeed(reader, own)
        super().__init__(feeds)
        self.tests = self._opened_tests()
        held = {f"{name} (held out)": reader.fields for name, reader in self.tests.items()}
        _check_alike(config.dataset, self.spec, held)

    def _opened_tests(self):
        try:
            groups = _groups(self._config, OTHER_SPLIT[self._config.split])
        except NotFound:
            groups = {}
        # They are read once for each evaluation, which is seldom.
        return {name: _reader(self._config, source, 0) for name, source in groups.items()}

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


def _check_alike(dataset, trained, held):
    """Raises UserError if a modality differs between groups, or is not in any of training.

    Args:
      dataset: name of the set, for messages.
      trained, held: name of each group -> its fields.
    """
    first = {}
    for group, fields in (trained | held).items():
        for name, field in fields.items():
            before, known = first.setdefault(name, (group, field))
            if before in held:
                raise UserError(
                    f"{dataset}: {name} of group {group} is in no group that is learned from; "
                    "remove it"
                )
            if _told(known) != _told(field):
                raise UserError(
                    f"{dataset}: {name} is {_told(known)} in group {before}, but {_told(field)} in "
                    f"group {group}; store the files of a modality alike"
                )


def _told(field):
    """What networks are built for, but not the size, in words."""
    kind = _KINDS.get(field.kind, field.kind)
    count = field.shape[2] if len(field.shape) > 2 else 0
    channels = f" of {count} channel{'s' * (count > 1)}" if count else ""
    between = " from {:g} to {:g}".format(*field.range) if field.range else ""
    classes = f" of {len(field.names)} classes" if field.names else ""
    return f"{kind}{channels}{classes}, {field.dtype}{between}"


class GroupFeed(Feed):
    """The data of one group."""

    def __str__(self):
        shapes = (
            f"{name} ({_KINDS.get(f.kind, f.kind)}) {'x'.join(map(str, f.shape))}"
            for name, f in self.spec.items()
        )
        return f"{self.reader.name}: {len(self.reader):,} examples of {', '.join(shapes)}"
