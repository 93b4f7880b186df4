"""The data of a method that learns from episodes."""

from collections.abc import Callable, Sequence

import numpy as np

from data.feeds.episodes.classes import listed, places_of, split_classes
from data.feeds.episodes.stream import EpisodeStream, spec_of
from data.feeds.feed import Feed, open_for
from data.feeds.label_views import Selected, all_labels
from tfgan_kit.errors import UserError


def open_episodes(config):
    """Opens a data set of classes; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `tfgan_kit.settings.episodes.TasksConfig`.

    Raises:
      UserError: see `EpisodeFeed`.
    """
    reader, config = open_for(config)
    return EpisodeFeed(reader, config), config


class EpisodeFeed(Feed):
    """The data of one run on episodes, for `tfgan_kit.engine.session.Session`.

    Args:
      reader: the examples.
      config: see `open_episodes`.

    Attributes:
      spec: "support" and "query", the fields of one example each, whose labels are numbers of
        classes within the episode; and "class", their numbers in the data. See
        `data.feeds.episodes`.
      readers: a single reader of the examples of the training classes.
      episodes: the `EpisodeStream` of training.
      held_out_names: the names of the held-out classes.
      split: the `data.feeds.episodes.classes.Split` of the classes.
      places: the examples of each class in the data, see `places_of`.

    Raises:
      UserError: if there are no classes, too few of them or of their examples, or a class to hold
        out is unknown.
    """

    def __init__(self, reader, config):
        self._all, self._config = reader, config
        self._counts = config.ways, config.shots, config.queries
        if config.tasks != "labels":
            # The method groups them before it learns; until then, all are one task.
            self.group(("all",), lambda reader: np.zeros(len(reader), np.int64))
            return
        label = reader.fields.get("label")
        if label is None or not label.names:
            raise UserError(
                f"{config.dataset} has no labels, which episodes need; choose another "
                "--dataset, or sort the images into one folder per class"
            )
        if label.kind == "attributes":
            raise UserError(
                f"{config.dataset} has attributes, of which an image can have several, and "
                "episodes are made of exclusive classes; choose another --dataset"
            )
        self.group(label.names, all_labels)

    def group(self, names: Sequence[str], labels_of: Callable) -> None:
        """Makes the tasks of classes.

        Args:
          names: of the classes.
          labels_of: function of a reader -> the classes of its examples, int64 (n,), -1 where there
            is none.

        Raises:
          UserError: if there are too few classes or of their examples, or a class to hold out is
            unknown.
        """
        reader, config = self._all, self._config
        self._names, self._labels_of, self._others = tuple(names), labels_of, None
        self.split = split = split_classes(config.held_out_classes, names, config.ways, reader.name)
        self.places = places = places_of(
            labels_of(reader), names, config.shots, config.queries, reader.name
        )
        self._held_out_places = {k: places[k] for k in split.held_out}
        self.held_out_names = tuple(names[k] for k in split.held_out)
        trained = {k: places[k] for k in split.trained}
        self.episodes = EpisodeStream(
            reader, trained, config, purpose="episodes", augment=config.augment
        )
        if split.held_out:
            reader = Selected(reader, np.sort(np.concatenate(list(trained.values()))))
        super().__init__(reader, config, self.episodes)
        self.spec = spec_of(self._all, names, config.ways)

    def __str__(self):
        ways, shots, queries = self._counts
        out = f", held out: {listed(self.held_out_names)}" if self.held_out_names else ""
        episodes = f"tasks of {shots} examples of a class"
        if queries:
            episodes = f"{ways}-way {shots}-shot episodes, {shots}+{queries} examples of each class"
        return f"{super().__str__()}{out}; {episodes}"

    def held_out_episodes(self) -> EpisodeStream | None:
        """Episodes of the held-out classes, for meta-testing, without augmentation.

        Returns:
          A stream whose `read(np.arange(count))` returns the same episodes on each call, or None if
          no classes are held out.
        """
        if not self._held_out_places:
            return None
        purpose = "held-out episodes"
        return EpisodeStream(self._all, self._held_out_places, self._config, purpose=purpose)

    def other_episodes(self) -> EpisodeStream | None:
        """Episodes of the training classes from the other split, without augmentation.

        Returns:
          A stream as of `held_out_episodes`, of the classes that have enough examples there, or
          None if there is no such split.

        Raises:
          UserError: if it cannot be read.
        """
        (reader,) = self.held_out()
        if reader is None:
            return None
        if self._others is None:
            labels, least = self._labels_of(reader), sum(self._counts[1:])
            places = [np.flatnonzero(labels == k) for k in range(len(self._names))]
            self._others = {k: own for k, own in enumerate(places) if len(own) >= least}
        places = {k: own for k, own in self._others.items() if k not in self._held_out_places}
        if len(places) < self._counts[0]:
            return None
        return EpisodeStream(reader, places, self._config, purpose="other episodes")
