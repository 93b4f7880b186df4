"""Edges, and digits whose colours depend on the class or are free (Isola 2017)."""

import abc
import functools

from data.drawn import glyph_styles
from data.drawn.class_colours import coloured
from data.drawn.glyphs import draw
from data.drawn.pairs.drawn_pairs import DrawnPairs, digit_field
from data.reading import transforms
from tfgan_kit.fields import image_field


class Edges(DrawnPairs):
    """Fields "input", the outer edge of a digit, "target" and "label"; subclasses colour it."""

    def _described(self, size):
        return {
            "input": image_field((*size, 1)),
            "target": image_field((*size, 3)),
            "label": digit_field(),
        }

    def read(self, index):
        """See `Source.read`."""
        cover = draw(self._split, index, self._size)
        label = int(self.labels()[index])
        return {
            "input": transforms.edge(cover[..., None]),
            "target": self._target(index, label, cover),
            "label": label,
        }

    @abc.abstractmethod
    def _target(self, index, label, cover):
        """The digit of this label in colour, uint8 (height, width, 3), from its cover."""


class EdgeToColour(Edges):
    """Edges, and digits in the colours of their class: the input determines the target."""

    name = "glyph_edge2colour"

    def _target(self, index, label, cover):
        return coloured(label, cover)


class EdgeToStreet(Edges):
    """Edges, and the same digits as house numbers, whose colours the edges do not determine."""

    name = "glyph_edge2street"

    def _target(self, index, label, cover):
        drawer = functools.partial(draw, self._split, index, self._size)
        return glyph_styles.STYLES["street"](drawer, self._split, index)


_SETS = {"colour": EdgeToColour, "street": EdgeToStreet}


def open(argument: str, *, data_dir: str | None, split: str) -> Edges:
    """Opens the edges with their targets in "colour" or "street"; nothing is read from disk."""
    return _SETS[argument](split)
