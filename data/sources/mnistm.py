"""MNIST-M, digits blended into photographs: Ganin et al., arXiv:1505.07818, section 5.2.4.

A pixel is |p - d| in each channel, where p is a pixel of a crop of a photograph and d one of the
digit: the digit appears as the negative of its background.
"""

import functools
from pathlib import Path

import cv2
import numpy as np

from data.drawn.textures import textures
from data.folders.listing import list_images
from data.image_source import ImageSource
from data.reading import transforms
from data.reading.decode import decode
from data.sources import idx
from tfgan_kit.errors import UserError
from tfgan_kit.machine.places import expanded

_SIDE = 32
_FOLDERS = ("mnistm-photos", "BSR")
# Folder of the photographs in the Berkeley segmentation set; its BSR/ also contains drawings.
_INSIDE = "BSDS500/data/images"


class MNISTM(ImageSource):
    """MNIST's digits at 32x32, each blended into a crop that depends only on its index.

    Args:
      digits: MNIST.
      split: "train" or "test", whose crops are drawn from disjoint streams.
      backgrounds: images, uint8 (height, width, 3), with sides of at least 32.
      name: "mnistm", or "mnistm-procedural" if the backgrounds are not photographs.
    """

    shape = (_SIDE, _SIDE, 3)

    def __init__(self, digits: ImageSource, split: str, backgrounds, name: str):
        self.name, self.classes = name, digits.classes
        self._digits, self._backgrounds = digits, backgrounds
        self._stream = (0x3157, ("train", "test").index(split))

    def __len__(self):
        return len(self._digits)

    def example(self, index):
        """Returns the blended digit, uint8 (32, 32, 3), and its value."""
        digit, label = self._digits.example(index)
        digit = transforms.fit(digit, (_SIDE, _SIDE), 3)
        rng = np.random.default_rng((*self._stream, index))
        background = self._backgrounds[rng.integers(len(self._backgrounds))]
        height, width = background.shape[:2]
        top, left = rng.integers(height - _SIDE + 1), rng.integers(width - _SIDE + 1)
        return cv2.absdiff(background[top : top + _SIDE, left : left + _SIDE], digit), label

    def labels(self):
        """Returns the digits of all examples."""
        return self._digits.labels()


def open(argument: str, *, data_dir: str | None, split: str) -> MNISTM:
    """Opens MNIST and blends it.

    Photographs come from `data_dir/mnistm-photos`, any folder of images, or `data_dir/BSR`, the
    Berkeley segmentation set that the paper used. Without either, drawn textures are used, and the
    set's name becomes "mnistm-procedural".

    Args:
      argument: empty.
      data_dir: folder with MNIST, see `data.sources.idx.open`, and with the photographs.
      split: "train" or "test".

    Raises:
      UserError: if MNIST or a photograph cannot be read, or a photograph is smaller than 32x32.
    """
    digits = idx.open("mnist", data_dir=data_dir, split=split)
    root = expanded(data_dir)
    folder = next((root / name for name in _FOLDERS if (root / name).is_dir()), None)
    if folder is None:
        return MNISTM(digits, split, textures(), "mnistm-procedural")
    inside = folder / _INSIDE
    return MNISTM(digits, split, _photographs(inside if inside.is_dir() else folder), "mnistm")


@functools.cache
def _photographs(folder: Path) -> tuple[np.ndarray, ...]:
    """Decodes all photographs of a folder, once for all splits and domains."""
    photographs = []
    for name in list_images(folder):
        image = transforms.to_channels(decode(folder / name), 3)
        if min(image.shape[:2]) < _SIDE:
            height, width = image.shape[:2]
            raise UserError(
                f"{folder / name} is {width}x{height}; photographs for mnistm need "
                f"{_SIDE}x{_SIDE} pixels: remove it"
            )
        photographs.append(image)
    return tuple(photographs)
