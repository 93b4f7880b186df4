"""Digits with marks at fixed places, each in one of several colours: attributes with masks."""

import dataclasses
import functools

import cv2
import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw
from data.drawn.located.located import Located
from tfgan_kit.errors import UserError, suggest

MARKS = ("bar", "dot", "frame")
COLOURS = {"red": (255, 40, 40), "green": (40, 220, 60), "blue": (60, 110, 255)}
_ABSENT = len(COLOURS)


@functools.cache
def _states(split: str) -> np.ndarray:
    """The colour of each mark of each example, `_ABSENT` where there is none, int64 (n, 3)."""
    rng = np.random.default_rng((0x3A4C, list(COUNTS).index(split)))
    return rng.integers(0, len(COLOURS) + 1, (COUNTS[split], len(MARKS)))


@functools.cache
def _labels(split: str, colours: tuple[str, ...]) -> np.ndarray:
    """The attributes of each example, int64 (n, 3 * colours)."""
    numbers = [list(COLOURS).index(colour) for colour in colours]
    states = _states(split)[..., None] == np.array(numbers)
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

    Args:
      split, size: see `Located`.
      colours: the names of those that are attributes. Marks have the others, too.
    """

    name = "glyph_marks"
    channels = 3

    def __init__(self, split="train", size=None, colours=tuple(COLOURS)):
        super().__init__(split, size)
        self._colours = colours
        self.classes = tuple(f"{colour} {mark}" for mark in MARKS for colour in colours)
        self.label_shape = (len(self.classes),)

    def example(self, index):
        """Returns the image and its attributes, int64 (3 * colours,)."""
        label = self.labels()[index]
        return self.redrawn(index, label), label

    def redrawn(self, index, label):
        """See `Source.redrawn`.

        A mark whose colour is no attribute keeps it, unless another is asked for.
        """
        gray = draw(self._split, index, self._size)
        image = np.repeat(gray[..., None], 3, axis=2)
        asked = np.reshape(label, (len(MARKS), len(self._colours)))
        for mark, state, wanted in zip(MARKS, _states(self._split)[index], asked, strict=True):
            own = [colour for colour, applies in zip(self._colours, wanted, strict=True) if applies]
            if not own and state != _ABSENT and list(COLOURS)[state] not in self._colours:
                own = [list(COLOURS)[state]]
            for colour in own:
                image[_place(mark, self._size)] = COLOURS[colour]
        return image

    def labels(self):
        """Returns the attributes of all examples, int64 (n, 3 * colours)."""
        return _labels(self._split, self._colours)

    def masks(self, index):
        """See `Source.masks`."""
        places = [_place(name.split()[1], self._size) for name in self.classes]
        return np.stack(places) & self.labels()[index].astype(bool)[:, None, None]

    def at_size(self, size):
        """See `Located.at_size`."""
        return type(self)(self._split, super().at_size(size).shape[0], self._colours)

    def _label_field(self):
        count, field = len(self._colours), super()._label_field()
        ends = range(0, len(self.classes), count)
        groups = tuple(self.classes[k : k + count] for k in ends) if count > 1 else ()
        return dataclasses.replace(field, groups=groups)


def open(argument: str, *, data_dir: str | None, split: str) -> Marks:
    """Opens the marked digits.

    Args:
      argument: colours that are attributes, their names joined with commas; all if it is empty.
      data_dir: not read.
      split: see `Located`.

    Raises:
      UserError: if there is no such colour, or one is named twice.
    """
    colours = tuple(argument.split(",")) if argument else tuple(COLOURS)
    for colour in colours:
        if colour not in COLOURS:
            raise UserError(
                f"glyph_marks:{argument}: no mark has the colour {colour!r}"
                f"{suggest(colour, COLOURS)}; there are {', '.join(COLOURS)}"
            )
        if colours.count(colour) > 1:
            raise UserError(f"glyph_marks:{argument}: {colour} is named twice")
    return Marks(split, colours=colours)
