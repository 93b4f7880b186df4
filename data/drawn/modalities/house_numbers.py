"""House numbers with label maps and depths, never both of one image in training."""

import functools

import cv2
import numpy as np

from data.drawn import glyph_styles
from data.drawn.glyphs import draw, poses
from data.drawn.modalities.groups import DrawnGroups
from data.drawn.pairs.drawn_pairs import DIGITS
from data.drawn.pairs.outlines import HALF
from tfgan_kit.fields import depth_field, ids_field, image_field

CLASSES = ("ground", *DIGITS)
MEAN = 1.1  # About that of the depths.
_FULL, _SIDE = 4, 32  # Pixels from the edge to the deepest ink, in images of this side.


class HouseNumbers(DrawnGroups):
    """Fields "rgb", "segmentation" and "depth".

    "rgb" is a digit in the style of house numbers. "segmentation" is 0 on the ground and the digit
    + 1 on its ink; "depth" is 1 on the ground, and on the ink 1 + min(d, 4) / 4, with the distance
    d to the ground in pixels at 32x32. Neither tells of the digits beside it in "rgb". Each of the
    two determines the other.
    """

    name = "glyph_modalities"

    def _described(self, size):
        return {
            "rgb": image_field((*size, 3)),
            "segmentation": ids_field(size, CLASSES),
            "depth": depth_field(size, MEAN),
        }

    def read(self, index):
        """See `Source.read`."""
        drawer = functools.partial(draw, self._split, index, self._size)
        ink = drawer() >= HALF
        away = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        # OpenCV's last bit differs from call to call; the squares are whole numbers.
        away = np.sqrt(np.rint(np.square(away, dtype=np.float64)))
        rise = (away * (_SIDE / self._size)).clip(0, _FULL) / _FULL
        return {
            "rgb": glyph_styles.STYLES["street"](drawer, self._split, index),
            "segmentation": ink * np.int32(1 + poses(self._split).labels[index]),
            "depth": (1 + rise).astype(np.float32)[..., None],
        }


def open(argument: str, *, data_dir: str | None, split: str) -> HouseNumbers:
    """Opens the set; nothing is read from disk."""
    return HouseNumbers(split)
