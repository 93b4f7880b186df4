"""The data of a method that keeps something for each example, such as a latent."""

import numpy as np

from data.feeds.feed import Feed, open_for
from data.feeds.label_views import View
from tfgan_kit.fields import class_field


class Numbered(View):
    """A reader whose examples also have "row", the number by which they are read.

    Args:
      reader: the reader.

    Attributes:
      fields: the reader's and "row", a class for each example.
    """

    def __init__(self, reader):
        super().__init__(reader)
        self.fields = reader.fields | {"row": class_field(map(str, range(len(reader))))}

    def read(self, indices):
        """Reads examples; see `data.reading.reader.Reader.read`."""
        return self._reader.read(indices) | {"row": np.asarray(indices, np.int64)}


def open_numbered(config):
    """Opens a data set with the numbers of its examples; see `data.feeds.open_feed.open_feed`.

    Raises:
      UserError: if the data cannot be opened.
    """
    reader, config = open_for(config)
    return Feed(Numbered(reader), config), config
