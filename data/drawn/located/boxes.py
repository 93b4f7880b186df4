"""A canvas with one or two drawn digits, labelled with these, and the box of each.

The second digit is another one, or in `Twins` always there and the same.
"""

import functools
from typing import NamedTuple

import cv2
import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw, poses
from data.drawn.located.located import Located

_SIDES = (24 / 64, 31 / 64)  # Of a digit's square, in shares of the canvas: two fit side by side.
_INK = 48  # A pixel that is brighter belongs to a digit; below, its edge fades out.


class Places(NamedTuple):
    """Where the digits of a split are; lengths are shares of the canvas.

    Attributes:
      second: the second digit; -1 for none, (n,).
      sides: sides of the squares of both digits, (n, 2).
      corners: their upper left corners, x and y, (n, 2, 2).
    """

    second: np.ndarray
    sides: np.ndarray
    corners: np.ndarray


@functools.cache
def places(split: str, twins: bool = False) -> Places:
    """Returns the places of all examples of a split; those of `Twins` or of `Boxes`."""
    rng = np.random.default_rng((0xB0C5, list(COUNTS).index(split)))
    n = COUNTS[split]
    two = rng.integers(0, 2, n).astype(bool)
    other = (poses(split).labels + rng.integers(1, 10, n)) % 10
    if twins:
        two, other = np.ones(n, bool), poses(split).labels
    sides = rng.uniform(*_SIDES, (n, 2))
    corners = rng.uniform(0, 1, (n, 2, 2)) * (1 - sides[..., None])
    # Of two digits, each has a half of the canvas along x or y, the first one or the other.
    axis, swapped = rng.integers(0, 2, n), rng.integers(0, 2, n)
    along = rng.uniform(0, 1, (n, 2)) * (0.5 - sides)
    halves = np.stack([swapped, 1 - swapped], 1) * 0.5
    rows = np.arange(n)
    for digit in range(2):
        own = corners[rows, digit, axis]
        corners[rows, digit, axis] = np.where(two, halves[:, digit] + along[:, digit], own)
    return Places(np.where(two, other, -1), sides, corners)


class Boxes(Located):
    """White digits on black; a label says for each digit whether it is there.

    Half of the canvases have two different digits, which do not overlap. The mask of a class is the
    box of its digit: the smallest rectangle that holds it.
    """

    name = "glyph_boxes"
    usual = 64
    classes = tuple("0123456789")
    label_shape = (10,)
    twins = False

    def example(self, index):
        """Returns the canvas and which digits are there, int64 (10,)."""
        canvas = np.zeros((self._size, self._size), np.uint8)
        for _, (top, left), drawn in self._digits(index):
            part = canvas[top : top + len(drawn), left : left + len(drawn)]
            np.maximum(part, drawn, out=part)
        return canvas[..., None], self.labels()[index]

    def labels(self):
        """Returns which digits the examples have, int64 (n, 10)."""
        return _labels(self._split, self.twins)

    def masks(self, index):
        """See `Source.masks`."""
        found = np.zeros((10, self._size, self._size), bool)
        for digit, box in self.boxes(index):
            found[digit] |= box
        return found

    def boxes(self, index: int) -> list[tuple[int, np.ndarray]]:
        """Each digit of an example with its box, bool (size, size)."""
        found = []
        for digit, (top, left), drawn in self._digits(index):
            x, y, width, height = cv2.boundingRect((drawn > _INK).astype(np.uint8))
            box = np.zeros((self._size, self._size), bool)
            box[top + y : top + y + height, left + x : left + x + width] = True
            found.append((digit, box))
        return found

    def _digits(self, index):
        """The digits, the places of their squares, and these."""
        where, own = places(self._split, self.twins), int(poses(self._split).labels[index])
        for number, digit in enumerate((own, int(where.second[index]))):
            if digit >= 0:
                side = max(6, round(self._size * where.sides[index, number]))
                x, y = np.rint(self._size * where.corners[index, number]).astype(int)
                top, left = (min(int(v), self._size - side) for v in (y, x))
                yield digit, (top, left), draw(self._split, index, side, digit)


class Twins(Boxes):
    """Canvases with the same digit twice, at two sizes: a class with two objects."""

    name = "glyph_boxes-twins"
    twins = True


@functools.cache
def _labels(split, twins):
    labels = np.eye(10, dtype=np.int64)[poses(split).labels]
    second = places(split, twins).second
    labels[second >= 0] |= np.eye(10, dtype=np.int64)[second[second >= 0]]
    return labels


def open(argument: str, *, data_dir: str | None, split: str) -> Boxes:
    """Opens the canvases: "" for different digits, "twins"."""
    return (Twins if argument else Boxes)(split)
