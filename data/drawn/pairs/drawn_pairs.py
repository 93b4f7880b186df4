"""The base of the drawn data sets for paired translation."""

import abc

import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import SIZES, check_drawn, poses
from data.source import Source
from tfgan_kit.fields import Field, class_field

DIGITS = tuple("0123456789")


class DrawnPairs(Source):
    """Examples of several fields, drawn at any size; each is a function of (split, index, size).

    Subclasses define `name`, `stream`, `_described` and `read`.

    Args:
      split: "train" (60,000 examples) or "test" (10,000), drawn from disjoint streams.
      size: side in pixels, 16 to 256.

    Attributes:
      stream: number of the set's stream of random numbers.

    Raises:
      UserError: if there is no such split, or examples cannot be drawn at this size.
    """

    stream: int

    def __init__(self, split: str = "train", size: int = 64):
        check_drawn(self.name, split, size)
        self._split, self._size = split, size
        self.fields = self._described((size, size))

    def __len__(self):
        return COUNTS[self._split]

    @abc.abstractmethod
    def _described(self, size: tuple[int, int]) -> dict[str, Field]:
        """The fields of an example of (height, width)."""

    def _draws(self, index: int) -> np.random.Generator:
        """The random numbers of one example, which do not depend on its size."""
        return np.random.default_rng((self.stream, list(COUNTS).index(self._split), index))

    def labels(self):
        """Returns the digits of all examples."""
        return poses(self._split).labels if "label" in self.fields else None

    def at_size(self, size):
        """Returns the same examples in squares that contain `size`, within the limits."""
        return type(self)(self._split, min(max(*size, SIZES[0]), SIZES[1]))


def digit_field() -> Field:
    """The field of the digit that an example shows. Metrics use it; training does not need it."""
    return class_field(DIGITS)
