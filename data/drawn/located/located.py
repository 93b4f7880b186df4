"""The base of drawn sets with masks."""

import abc

import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import SIZES, check_drawn
from data.image_source import ImageSource


class Located(ImageSource):
    """Squares of any side.

    Args:
      split: "train" or "test", drawn from disjoint streams.
      size: side in pixels, 16 to 256; by default `usual`.

    Attributes:
      usual: the side of the images where none is asked for.

    Raises:
      UserError: if there is no such split, or examples cannot be drawn at this size.
    """

    usual = 32
    channels = 1

    def __init__(self, split: str = "train", size: int | None = None):
        size = self.usual if size is None else size
        check_drawn(self.name, split, size)
        self._split, self._size = split, size
        self.shape = (size, size, self.channels)

    def __len__(self):
        return COUNTS[self._split]

    @abc.abstractmethod
    def masks(self, index: int) -> np.ndarray:
        """See `Source.masks`."""

    def at_size(self, size):
        """Returns the same examples in squares that contain `size`, within the limits."""
        return type(self)(self._split, min(max(*size, SIZES[0]), SIZES[1]))
