"""Drawn ones, and others with a planted defect, for methods that learn what is normal."""

import functools
from typing import NamedTuple

import cv2
import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw, poses
from data.drawn.located.located import Located

NORMAL = 1  # The digit.
_LEAST = 32  # Of 255: what changes a pixel by less is not seen.
_VISIBLE = 1 / 128  # Share of the image: a defect that changes less is drawn on the other side.


class Planted(NamedTuple):
    """The defects of a split; lengths are shares of the side.

    Attributes:
      middles: x and y, (n, 2), to the left or the right of the centre, so that a defect is beside
        the digit or crosses it.
      angles: radians, (n,).
      lengths: of a stroke, or the longer axis of a blot, (n,).
      strokes: whether it is a stroke, (n,).
      ink: brightness, (n,).
    """

    middles: np.ndarray
    angles: np.ndarray
    lengths: np.ndarray
    strokes: np.ndarray
    ink: np.ndarray


@functools.cache
def planted(split: str) -> Planted:
    """Returns the defects of all drawn digits of a split, ones or not."""
    rng = np.random.default_rng((0xDEF, list(COUNTS).index(split)))
    n = COUNTS[split]
    around = np.pi * rng.integers(0, 2, n) + np.radians(rng.uniform(-50, 50, n))
    radius = rng.uniform(0.22, 0.36, n)
    strokes = rng.integers(0, 2, n).astype(bool)
    return Planted(
        middles=0.5 + radius[:, None] * np.stack([np.cos(around), np.sin(around)], 1),
        angles=rng.uniform(0, np.pi, n),
        lengths=np.where(strokes, rng.uniform(0.2, 0.4, n), rng.uniform(0.1, 0.2, n)),
        strokes=strokes,
        ink=rng.integers(150, 256, n),
    )


class Defects(Located):
    """White ones on black. Those of "test" also have a stroke or a blot.

    The mask is where the defect changes the image. Without it, example i is `plain(i)`.
    """

    name = "glyph_defects"

    def __init__(self, split: str = "train", size: int | None = None):
        super().__init__(split, size)
        self._rows = np.flatnonzero(poses(split).labels == NORMAL)

    def __len__(self):
        return len(self._rows)

    def plain(self, index: int) -> np.ndarray:
        """Returns the digit without a defect, uint8 (size, size, 1)."""
        return draw(self._split, int(self._rows[index]), self._size)[..., None]

    def example(self, index):
        """Returns the image, and -1, as there are no classes."""
        plain = self.plain(index)
        if self._split == "train":
            return plain, -1
        image = np.maximum(plain, self._defect(index, mirrored=False))
        if _changed(image, plain).mean() < _VISIBLE:
            image = np.maximum(plain, self._defect(index, mirrored=True))
        return image, -1

    def labels(self):
        """Returns -1 for each example."""
        return np.full(len(self), -1)

    def masks(self, index):
        """See `Source.masks`; one mask, of the defect."""
        return _changed(self.example(index)[0], self.plain(index))[None]

    def _defect(self, index, mirrored):
        row, all_of_them = int(self._rows[index]), planted(self._split)
        fine = 4  # Drawn so many times as large, and averaged: its edges are smooth.
        side, ink = fine * self._size, int(all_of_them.ink[row])
        x, y = all_of_them.middles[row]
        middle = side * np.array([1 - x if mirrored else x, y])
        angle = float(all_of_them.angles[row])
        length, drawn = float(all_of_them.lengths[row]) * side, np.zeros((side, side), np.uint8)
        if all_of_them.strokes[row]:
            half = length / 2 * np.array([np.cos(angle), np.sin(angle)])
            ends = (tuple(np.rint(middle + sign * half).astype(int).tolist()) for sign in (-1, 1))
            cv2.line(drawn, *ends, ink, max(1, round(side / 16)))
        else:
            at, axes = tuple(middle.tolist()), (length, 0.7 * length)
            cv2.ellipse(drawn, (at, axes, float(np.degrees(angle))), ink, -1)
        small = cv2.resize(drawn, (self._size, self._size), interpolation=cv2.INTER_AREA)
        return small[..., None]


def _changed(image, plain):
    return image[..., 0].astype(int) - plain[..., 0] > _LEAST


def open(argument: str, *, data_dir: str | None, split: str) -> Defects:
    """Opens the ones."""
    return Defects(split)
