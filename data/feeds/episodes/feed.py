"""The data of a method that learns from episodes."""

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

    Raises:
      UserError: if there are no classes, too few of them or of their examples, or a class to hold
        out is unknown.
    """

    def __init__(self, reader, config):
        label = reader.fields.get("label")
        if label is None or not label.names:
            raise UserError(
                f"{config.dataset} has no labels, by which episodes are made; choose another "
                "--dataset, or sort the images into one folder per class"
            )
        if label.kind == "attributes":
            raise UserError(
                f"{config.dataset} has attributes, of which an image can have several, and "
                "episodes are made of exclusive classes; choose another --dataset"
            )
        split = split_classes(config.held_out_classes, label.names, config.ways, reader.name)
        labels = all_labels(reader)
        places = places_of(labels, label.names, config.shots, config.queries, reader.name)
        self._all, self._held_out_places = reader, {k: places[k] for k in split.held_out}
        self._counts = config.ways, config.shots, config.queries
        self.held_out_names = tuple(label.names[k] for k in split.held_out)
        trained = {k: places[k] for k in split.trained}
        self.episodes = EpisodeStream(
            reader, trained, config, purpose="episodes", augment=config.augment
        )
        if split.held_out:
            reader = Selected(reader, np.sort(np.concatenate(list(trained.values()))))
        super().__init__(reader, config, self.episodes)
        self.spec = spec_of(reader, config.ways)

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
