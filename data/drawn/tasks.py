"""Drawn digits in many classes, each a digit in a style and a quarter turn: for few-shot tasks.

There is no 6, as it is a 9 on its head, and 0 and 8 have no half turns, as these change nothing.
The classes of 8 and 9 come last, so that the last `HELD_OUT` classes have digits of their own.
"""

import functools

import numpy as np

from data.drawn.glyph_styles import COUNTS, STYLES
from data.drawn.glyphs import SIZES, check_drawn, draw
from data.image_source import ImageSource

DIGITS = (0, 1, 2, 3, 4, 5, 7, 8, 9)
LOOKS = ("plain", "edge", "negative")
_SYMMETRIC = (0, 8)
_CLASSES = tuple(
    (digit, look, turn)
    for digit in DIGITS
    for look in LOOKS
    for turn in ((0, 90) if digit in _SYMMETRIC else (0, 90, 180, 270))
)
HELD_OUT = sum(digit >= 8 for digit, _, _ in _CLASSES)


@functools.cache
def _labels(split: str) -> np.ndarray:
    """The class of each example, int64 (n,)."""
    rng = np.random.default_rng((0x7A5C, list(COUNTS).index(split)))
    return rng.integers(0, len(_CLASSES), COUNTS[split])


class Tasks(ImageSource):
    """Digits in 96 classes, named such as "3-edge-90" for a 3 in outline, turned anticlockwise.

    Example i has the pose of example i of `glyphs`, and any of the digits.

    Args:
      split: "train" (60,000 examples) or "test" (10,000), drawn from disjoint streams.
      size: side in pixels, 16 to 256.

    Raises:
      UserError: if there is no such split, or examples cannot be drawn at this size.
    """

    name = "glyph_tasks"
    classes = tuple(f"{digit}-{look}-{turn}" for digit, look, turn in _CLASSES)

    def __init__(self, split: str = "train", size: int = 32):
        check_drawn(self.name, split, size)
        self._split, self._size = split, size
        self.shape = (size, size, 1)

    def __len__(self):
        return COUNTS[self._split]

    def example(self, index):
        """Returns the drawn digit and its class."""
        label = int(self.labels()[index])
        digit, look, turn = _CLASSES[label]
        drawer = functools.partial(draw, self._split, index, self._size, digit)
        image = STYLES[look](drawer, self._split, index)
        return np.ascontiguousarray(np.rot90(image, turn // 90)), label

    def labels(self):
        """Returns the classes of all examples."""
        return _labels(self._split)

    def at_size(self, size):
        """Returns the same examples in squares that contain `size`, within the limits."""
        return Tasks(self._split, min(max(*size, SIZES[0]), SIZES[1]))


def open(argument: str, *, data_dir: str | None, split: str) -> Tasks:
    """Opens the classes of drawn digits."""
    return Tasks(split)
