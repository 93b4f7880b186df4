"""Drawn digits whose class is a palette, a colour of the ink and one of the ground.

Example i shows the digit and the affine map of example i of `glyphs`, in the palette that is drawn
for it. Some of the classes are meant to be held out: they have no colours of their own kind, so
that a method that has seen the others can draw a digit in the palette of an image.
"""

import colorsys
import functools

import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw
from data.drawn.recolour import Digits, Recolour, painted

_COUNT = 26  # Of which the last 6 are to be held out.
_INK_SATURATION, _GROUND_SATURATION = (0.35, 1.0), 0.8
_GROUND_VALUE = (0.1, 0.5)
# The first points of this sequence cover the hues and shades about evenly, wherever it ends, so the
# last palettes lie between the first. Its steps are powers of 1 / 1.1673, the root of x^5 = x + 1.
_STEPS = 1.1673039782614187 ** -np.arange(1, 5)


def _palettes():
    """Inks and grounds, float32 (palettes, 3) each."""
    inks, grounds = [], []
    for ink, saturation, ground, value in (0.5 + _STEPS * np.arange(_COUNT)[:, None]) % 1:
        inks.append(colorsys.hsv_to_rgb(ink, _within(_INK_SATURATION, saturation), 1))
        of_ground = ground, _GROUND_SATURATION, _within(_GROUND_VALUE, value)
        grounds.append(colorsys.hsv_to_rgb(*of_ground))
    return np.float32(inks) * 255, np.float32(grounds) * 255


def _within(limits, share):
    return limits[0] + (limits[1] - limits[0]) * share


INKS, GROUNDS = _palettes()


@functools.cache
def _labels(split: str) -> np.ndarray:
    """The palette of each example, int64 (n,)."""
    rng = np.random.default_rng((0x5C3, list(COUNTS).index(split)))
    return rng.integers(0, _COUNT, COUNTS[split])


class Palettes(Recolour):
    """One of 26 palettes, an ink that is brighter than its ground."""

    name = "glyph_palette_classes"
    content = "glyph_palette_classes-digits"
    classes = tuple(f"palette_{number:02d}" for number in range(1, _COUNT + 1))

    def labels(self):
        """Returns the palettes of all examples."""
        return _labels(self._split)

    def redrawn(self, index, label):
        """See `Recolour.redrawn`."""
        return painted(draw(self._split, index, self._size), INKS[label], GROUNDS[label])

    def figure(self, index):
        """Returns where the stroke is, bool (size, size): the pixels that it covers by half."""
        return draw(self._split, index, self._size) >= 128


def open(argument: str, *, data_dir: str | None, split: str) -> Palettes | Digits:
    """Opens the digits by their palettes, with the argument "digits" by their digits."""
    images = Palettes(split)
    return Digits(images) if argument == "digits" else images
