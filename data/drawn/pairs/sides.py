"""Two sides of a figure in parts, one to be coloured like the other (Parma thesis, chapter 6)."""

import cv2
import numpy as np

from data.drawn.glyph_styles import hues
from data.drawn.glyphs import draw
from data.drawn.pairs.drawn_pairs import DrawnPairs
from data.drawn.pairs.outlines import HALF, opaque
from tfgan_kit.fields import ids_field, image_field

PARTS = (3, 10)
_BOLD = (0.04, 0.1)  # Increase of the stroke width on each side, as a fraction of the image's side.
_LINE = 1 / 64
_BLACK = 255  # Index of the lines in the table of colours.


class Sides(DrawnPairs):
    """Fields "input", "reference", "parts" and "target".

    A bold digit is divided into at most 10 numbered parts, each of a different colour. The
    reference is the right side: coloured, mirrored, and with a different stroke width, so that the
    target cannot be copied from it. The input is the outline of the left side, dark on white;
    "parts" are the part numbers, 0 for the paper; the target is the left side in colour.
    """

    name, stream = "glyph_sides", 0x51DE5

    def _described(self, size):
        return {
            "input": image_field((*size, 1)),
            "reference": image_field((*size, 3)),
            "parts": ids_field(size, ("paper", *map(str, range(1, PARTS[1] + 1)))),
            "target": image_field((*size, 3)),
        }

    def read(self, index):
        """See `Source.read`."""
        rng, size = self._draws(index), self._size
        count = rng.integers(PARTS[0], PARTS[1] + 1)
        colours = np.zeros((1, 256, 3), np.uint8)
        colours[0, 0] = 255
        colours[0, 1 : count + 1] = hues(rng, count, (0.35, 1), (0.5, 1))
        # Two widths that differ by a quarter of the range or more.
        low, high = _BOLD
        left = rng.uniform(low, high)
        right = low + (left - low + rng.uniform(0.25, 0.75) * (high - low)) % (high - low)
        # Twice the size, then averaged: smooth lines.
        cover = cv2.resize(opaque(draw(self._split, index, size)), (2 * size, 2 * size))
        distance, nearest = _distance(cover), _nearest(rng, cover, count)
        coloured, lines, parts = self._side(distance <= left, nearest, colours)
        reference = self._side(distance <= right, nearest, colours)[0][:, ::-1]
        return {
            "input": lines,
            "reference": np.ascontiguousarray(reference),
            "parts": parts,
            "target": coloured,
        }

    def _side(self, inside, nearest, colours):
        """The side in colours, in outline, and its part numbers."""
        small = (self._size, self._size)
        parts = nearest * inside
        edges = np.zeros(parts.shape, np.uint8)
        edges[:, 1:] = parts[:, 1:] != parts[:, :-1]
        edges[1:] |= parts[1:] != parts[:-1]
        reach = max(2, round(2 * self._size * _LINE))
        line = cv2.dilate(edges * np.uint8(_BLACK), np.ones((reach, reach), np.uint8))
        coloured = cv2.LUT(cv2.cvtColor(parts | line, cv2.COLOR_GRAY2RGB), colours)
        coloured = cv2.resize(coloured, small, interpolation=cv2.INTER_AREA)
        lines = cv2.resize(255 - line, small, interpolation=cv2.INTER_AREA)[..., None]
        return coloured, lines, parts[::2, ::2].astype(np.int32)


def _distance(cover):
    """The distance of each pixel from the digit, as a fraction of the image's side."""
    outside = (cover < HALF).astype(np.uint8)
    return cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_5) / np.float32(len(cover))


def _nearest(rng, cover, count):
    """The nearest of `count` random points on the digit for each pixel, numbered from 1."""
    places = np.flatnonzero(cover >= HALF)
    others = np.ones_like(cover)
    others.flat[places[(rng.random(count) * len(places)).astype(int)]] = 0
    _, nearest = cv2.distanceTransformWithLabels(
        others, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return nearest.astype(np.uint8)


def open(argument: str, *, data_dir: str | None, split: str) -> Sides:
    """Opens the set; nothing is read from disk."""
    return Sides(split)
