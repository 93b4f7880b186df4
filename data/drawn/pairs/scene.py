"""Scenes of several digits: label map, instances, and the image with shading."""

import functools
from typing import NamedTuple

import cv2
import numpy as np

from data.drawn.class_colours import INKS
from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw, poses
from data.drawn.pairs.drawn_pairs import DIGITS, DrawnPairs
from data.drawn.pairs.outlines import HALF, opaque
from tfgan_kit.fields import ids_field, image_field, instances_field

MOST = 4
CLASSES = ("background", *DIGITS)
_GROUND = np.array([96, 104, 112], np.float32)
_SHARE = 0.56  # Side of a digit's canvas, as a fraction of the scene's side.
_CELLS = np.array([[0.29, 0.29], [0.71, 0.29], [0.29, 0.71], [0.71, 0.71]])
_SHIFT, _INSIDE = 0.12, (0.24, 0.76)
_RAMP, _RELIEF = 0.35, 0.3


class Scenes(NamedTuple):
    """The contents of the scenes of a split.

    Attributes:
      counts: number of digits, (n,).
      digits: indices of glyph examples, back to front, (n, 4).
      centres: centres of the digits, x and y as fractions of the side, (n, 4, 2).
      light: direction of the light source, (n, 2).
    """

    counts: np.ndarray
    digits: np.ndarray
    centres: np.ndarray
    light: np.ndarray


@functools.cache
def scenes(split: str) -> Scenes:
    """Returns the scenes of a split; their digits come from the same split of the glyphs."""
    rng = np.random.default_rng((0x5CE7E, list(COUNTS).index(split)))
    n = COUNTS[split]
    cells = _CELLS[rng.random((n, MOST)).argsort(-1)]
    angle = rng.uniform(0, 2 * np.pi, n)
    return Scenes(
        counts=rng.integers(1, MOST + 1, n),
        digits=rng.integers(0, n, (n, MOST)),
        centres=(cells + rng.uniform(-_SHIFT, _SHIFT, (n, MOST, 2))).clip(*_INSIDE),
        light=np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32),
    )


class Scene(DrawnPairs):
    """Fields "ids", "instances" and "target".

    There are 1 to 4 digits, which may hide parts of each other. "ids" is 0 for the background and
    the digit + 1 for a digit; "instances" numbers the digits from 1, back to front. The target has
    a colour for each class, light from one side of the scene, and the digits in relief.
    """

    name = "glyph_scene"

    def _described(self, size):
        return {
            "ids": ids_field(size, CLASSES),
            "instances": instances_field(size),
            "target": image_field((*size, 3)),
        }

    def read(self, index):
        """See `Source.read`."""
        size, shown = self._size, scenes(self._split)
        light = shown.light[index]
        axis = np.linspace(-0.5, 0.5, size, dtype=np.float32)
        ramp = 1 + _RAMP * (light[0] * axis + light[1] * axis[:, None])
        image = np.broadcast_to(_GROUND, (size, size, 3)).copy()
        ids, instances = np.zeros((2, size, size), np.int32)
        for k in range(int(shown.counts[index])):
            example = int(shown.digits[index, k])
            digit = int(poses(self._split).labels[example])
            cover = opaque(draw(self._split, example, round(_SHARE * size)))
            where, own = _overlap(shown.centres[index, k], len(cover), size)
            relief, cover = _relief(cover, light)[own], cover[own]
            inside = cover >= HALF
            ids[where][inside] = digit + 1
            instances[where][inside] = k + 1
            ink, share = INKS[digit] * relief[..., None], cover[..., None] * np.float32(1 / 255)
            image[where] += (ink - image[where]) * share
        image *= ramp[..., None]
        target = np.rint(image).clip(0, 255).astype(np.uint8)
        return {"ids": ids, "instances": instances, "target": target}


def _overlap(centre, side, size):
    """The part of the scene that a canvas covers, and that of the canvas: two pairs of slices."""
    where, own = [], []
    for middle in (centre[1], centre[0]):
        start = round(float(middle) * size - side / 2)
        where.append(slice(max(start, 0), min(start + side, size)))
        own.append(slice(max(-start, 0), min(size - start, side)))
    return tuple(where), tuple(own)


def _relief(cover, light):
    """The shading of a digit in relief that rises towards the middle of its strokes."""
    height = cv2.GaussianBlur(cover, (0, 0), 0.05 * len(cover)).astype(np.float32)
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0) * light[0]
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1) * light[1]
    # Slopes are per pixel; this makes them the same for digits of any size.
    slope = (across + down) * (len(cover) / (8 * 255 * 8))
    return 0.8 - _RELIEF * slope.clip(-1, 1)


def open(argument: str, *, data_dir: str | None, split: str) -> Scene:
    """Opens the set; nothing is read from disk."""
    return Scene(split)
