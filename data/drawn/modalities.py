"""House numbers with label maps and depths, never both of one image in training."""

import functools

import cv2
import numpy as np

from data.drawn import glyph_styles
from data.drawn.glyphs import draw, poses
from data.drawn.pairs.drawn_pairs import DIGITS, DrawnPairs
from data.drawn.pairs.outlines import HALF
from data.source import Source
from tfgan_kit.fields import depth_field, ids_field, image_field

CLASSES = ("ground", *DIGITS)
MEAN = 1.1  # About that of the depths.
_FULL, _SIDE = 4, 32  # Pixels from the edge to the deepest ink, in images of this side.


class Modalities(DrawnPairs):
    """Fields "rgb", "segmentation" and "depth".

    "rgb" is a digit in the style of house numbers. "segmentation" is 0 on the ground and the digit
    + 1 on its ink; "depth" is 1 on the ground, and on the ink 1 + min(d, 4) / 4, with the distance
    d to the ground in pixels at 32x32. Neither tells of the digits beside it in "rgb". Each of the
    two determines the other.

    In training, examples of even numbers form the group of "rgb" and "segmentation", those of odd
    numbers that of "rgb" and "depth". In the other split, all three are known together.
    """

    name = "glyph_modalities"

    def __init__(self, split: str = "train", size: int = _SIDE):
        super().__init__(split, size)
        self.groups = {"rgb+segmentation+depth": self}
        if split == "train":
            self.groups = {
                f"rgb+{other}": _Half(self, ("rgb", other), first)
                for first, other in enumerate(("segmentation", "depth"))
            }

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


class _Half(Source):
    """Every other example, with some of the fields."""

    def __init__(self, source, names, first):
        self._source, self._names, self._first = source, names, first
        self.name = f"{source.name} {'+'.join(names)}"
        self.fields = {name: source.fields[name] for name in names}

    def __len__(self):
        return (len(self._source) - self._first + 1) // 2

    def read(self, index):
        """See `Source.read`."""
        example = self._source.read(2 * index + self._first)
        return {name: example[name] for name in self._names}

    def at_size(self, size):
        """See `Source.at_size`."""
        return _Half(self._source.at_size(size), self._names, self._first)


def open(argument: str, *, data_dir: str | None, split: str) -> Modalities:
    """Opens the set; nothing is read from disk."""
    return Modalities(split)
