"""Line drawings with colour strokes, and the digit in these colours (Sangkloy 2017)."""

import cv2
import numpy as np

from data.drawn.glyph_styles import hues
from data.drawn.glyphs import draw
from data.drawn.pairs.drawn_pairs import DrawnPairs, digit_field
from data.drawn.pairs.outlines import HALF, blend, opaque, outline
from tfgan_kit.fields import image_field, mask_field

MOST = 8
_LONGEST, _WIDEST = 0.4, 1 / 24  # As fractions of the side.


class Strokes(DrawnPairs):
    """Fields "input", "strokes", "target" and "label".

    The input is the outline, dark on white, with 0 to 8 strokes over it. A stroke lies on the digit
    or on the ground, is clipped at its border, and has the colour of the target there, so that
    input and target agree under the mask "strokes". Colours without a stroke are free.
    """

    name, stream = "glyph_strokes", 0x57120

    def _described(self, size):
        return {
            "input": image_field((*size, 3)),
            "strokes": mask_field((*size, 1)),
            "target": image_field((*size, 3)),
            "label": digit_field(),
        }

    def read(self, index):
        """See `Source.read`."""
        cover, rng = opaque(draw(self._split, index, self._size)), self._draws(index)
        ink, ground = hues(rng, 1, (0.5, 1), (0.75, 1)), hues(rng, 1, (0.4, 1), (0.2, 0.5))
        target = blend(ground, ink, cover)
        strokes = self._strokes(rng, cover)
        drawn = np.where(strokes, target, outline(cover))
        label = int(self.labels()[index])
        return {"input": drawn, "strokes": strokes, "target": target, "label": label}

    def _strokes(self, rng, cover):
        """The mask of an example's strokes, uint8 (size, size, 1)."""
        size = self._size
        digit = (cover >= HALF).astype(np.uint8)
        sides = (digit, 1 - digit)
        lines = np.zeros((2, size, size), np.uint8)
        for which, place, angle, length, width in rng.random((rng.integers(MOST + 1), 5)).tolist():
            side = int(which * 2)
            places = np.flatnonzero(sides[side])
            y, x = divmod(int(places[int(place * len(places))]), size)
            reach, turn = length * _LONGEST / 2 * size, np.pi * angle
            dx, dy = round(reach * np.cos(turn)), round(reach * np.sin(turn))
            ends = (x - dx, y - dy), (x + dx, y + dy)
            cv2.line(lines[side], *ends, 1, 1 + int(width * _WIDEST * size))
        return (lines[0] & sides[0] | lines[1] & sides[1])[..., None]


def open(argument: str, *, data_dir: str | None, split: str) -> Strokes:
    """Opens the set; nothing is read from disk."""
    return Strokes(split)
