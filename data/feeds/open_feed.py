"""Opens the data of a run in the form that its method needs."""

import dataclasses
import functools
import hashlib

from data.feeds.episodes.beside import open_beside
from data.feeds.episodes.class_pairs import open_class_pairs
from data.feeds.episodes.feed import open_episodes
from data.feeds.feed import Feed, open_for
from data.feeds.labelled_feed import open_labelled
from data.feeds.no_data import open_nothing
from data.feeds.numbered_feed import open_numbered
from data.feeds.pairs_feed import open_pairs
from data.feeds.several.classes_feed import open_classes
from data.feeds.several.groups_feed import open_groups
from data.feeds.several.joint_feed import JointFeed, open_joint
from data.feeds.several.sets_feed import open_sets


def _set(config):
    reader, config = open_for(config)
    return Feed(reader, config), config


def _domains(config):
    domains, config = open_joint(config)
    return JointFeed(domains, config), config


# The form of a batch: examples of one set, the same with their numbers, examples of a labelled set,
# pairs of an input and a target, a tuple with examples of each domain, a dictionary with examples
# of several unrelated sets, one with examples of groups of modalities, one with examples of each
# class of a set, episodes, two examples of different classes, tasks with other examples beside
# them, or nothing.
FEEDS = {
    "set": _set,
    "numbered": open_numbered,
    "labelled": open_labelled,
    "pairs": open_pairs,
    "domains": _domains,
    "sets": open_sets,
    "groups": open_groups,
    "classes": open_classes,
    "episodes": open_episodes,
    "class_pairs": open_class_pairs,
    "tasks_beside": open_beside,
    "none": open_nothing,
}


def open_feed(kind: str, config):
    """Opens the data that a configuration names.

    Args:
      kind: the form of the method's batches, one of `FEEDS`.
      config: a `TrainConfig`; for "none", any `RunConfig`.

    Returns:
      The feed, with `spec`, the fields of a batch in its structure; `readers`, one per set;
      `changed`, which returns the same data with other settings, such as `batch_size=8`; and
      `fingerprint`, which returns a digest of the data (see `data.source.Source.fingerprint`). Also
      the configuration with paths made absolute and size and channels filled in.

    Raises:
      UserError: if the data cannot be opened.
    """
    feed, config = FEEDS[kind](config)
    feed.changed = lambda **settings: FEEDS[kind](dataclasses.replace(config, **settings))[0]
    feed.fingerprint = functools.cache(lambda: _fingerprint(feed.readers))
    return feed, config


def _fingerprint(readers):
    return hashlib.sha256(" ".join(r.source.fingerprint() for r in readers).encode()).hexdigest()
