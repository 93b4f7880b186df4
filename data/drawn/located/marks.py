"""Digits with marks at fixed places, each in one of several colours: attributes with masks."""

import dataclasses
import functools

import cv2
import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw
from data.drawn.located.located import Located

MARKS = ("bar", "dot", "frame")
COLOURS = {"red": (255, 40, 40), "green": (40, 220, 60), "blue": (60, 110, 255)}
GROUPS = tuple(tuple(f"{colour} {mark}" for colour in COLOURS) for mark in MARKS)
_ABSENT = len(COLOURS)


@functools.cache
def _states(split: str) -> np.ndarray:
    """The colour of each mark of each example, `_ABSENT` where there is none, int64 (n, 3)."""
    rng = np.random.default_rng((0x3A4C, list(COUNTS).index(split)))
    return rng.integers(0, len(COLOURS) + 1, (COUNTS[split], len(MARKS)))


@functools.cache
def _labels(split: str) -> np.ndarray:
    """The attributes of each example, int64 (n, 9)."""
    states = _states(split)[..., None] == np.arange(len(COLOURS))
    return states.reshape(len(states), -1).astype(np.int64)


@functools.cache
def _place(mark: str, side: int) -> np.ndarray:
    """Where a mark is, bool (side, side)."""
    found, unit = np.zeros((side, side), np.uint8), side / 32
    if mark == "bar":
        rows, columns = (np.rint(unit * np.array(v)).astype(int) for v in ((26, 29), (7, 25)))
        found[slice(*rows), slice(*columns)] = 1
    elif mark == "dot":
        middle = round(25.5 * unit), round(6 * unit)
        cv2.circle(found, middle, round(2.5 * unit), 1, -1)
    else:
        width = max(1, round(1.5 * unit))
        found[:] = 1
        found[width:-width, width:-width] = 0
    return found.astype(bool)


class Marks(Located):
    """A white digit on black, with any of: a bar below, a dot upper right, a frame.

    The label has an attribute for each colour of each mark. The mask of an attribute is where its
    mark is, none where the example lacks it.
    """

    name = "glyph_marks"
    channels = 3
    classes = tuple(name for group in GROUPS for name in group)
    label_shape = (len(classes),)

    def example(self, index):
        """Returns the image and its attributes, int64 (9,)."""
        gray = draw(self._split, index, self._size)
        image = np.repeat(gray[..., None], 3, axis=2)
        for mark, state in zip(MARKS, _states(self._split)[index].tolist(), strict=True):
            if state != _ABSENT:
                image[_place(mark, self._size)] = list(COLOURS.values())[state]
        return image, self.labels()[index]

    def labels(self):
        """Returns the attributes of all examples, int64 (n, 9)."""
        return _labels(self._split)

    def masks(self, index):
        """See `Source.masks`."""
        places = np.repeat([_place(mark, self._size) for mark in MARKS], len(COLOURS), axis=0)
        return places & self.labels()[index].astype(bool)[:, None, None]

    def _label_field(self):
        return dataclasses.replace(super()._label_field(), groups=GROUPS)


def open(argument: str, *, data_dir: str | None, split: str) -> Marks:
    """Opens the marked digits."""
    return Marks(split)
