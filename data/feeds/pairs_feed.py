"""The data of a method that learns from pairs: what is given, and what is to be made of it."""

import dataclasses

from data.feeds.feed import Feed, open_for
from tfgan_kit.errors import UserError


def open_pairs(config):
    """Opens a data set whose examples have a field "target"; see `data.feeds.open_feed.open_feed`.

    Each field keeps its own number of channels.

    Args:
      config: a `TrainConfig`.

    Raises:
      UserError: if the examples have no such field, or --channels is given.
    """
    if config.channels is not None:
        raise UserError(
            "--channels: the images of a pair keep their own channels; leave the option out"
        )
    reader, config = open_for(config)
    if "target" not in reader.fields:
        known = ", ".join(reader.fields)
        raise UserError(
            f"{config.dataset} has no pairs: its examples have the fields {known}; give a set with "
            "a target, such as glyph_edge2colour, aligned:FOLDER or paired:FOLDER"
        )
    config = dataclasses.replace(config, channels=None)
    return PairsFeed(reader, config), config


class PairsFeed(Feed):
    """The data of one run; see `open_pairs`."""

    def __str__(self):
        shapes = (
            f"{name} {'x'.join(map(str, field.shape))}"
            for name, field in self.spec.items()
            if field.has_size
        )
        return f"{self.reader.name}: {len(self.reader):,} examples of {', '.join(shapes)}"
