"""Computes outlines for sets without files of them."""

import cv2
import numpy as np

from data.reading.values import convert
from tfgan_kit.fields import Field, image_field

_LOW, _HIGH = 100, 200  # Canny's gradient thresholds for 8-bit images.


def outline_field(size) -> Field:
    """The field of an outline: black lines on white, uint8."""
    return image_field((*size, 1))


def edges(image: np.ndarray, field: Field) -> np.ndarray:
    """Finds the edges of an image (Canny, 1986, by OpenCV), after a Gaussian blur of 5x5.

    Args:
      image: (height, width, channels); colours are converted to luma, other channels to the mean.
      field: the field of the image.

    Returns:
      uint8 (height, width, 1), 0 on an edge and 255 elsewhere.
    """
    pixels = convert(image, field, field.in_type("uint8", (0, 255)))
    if pixels.shape[2] == 3:
        gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    else:
        gray = np.rint(pixels.mean(-1)).astype(np.uint8)
    return 255 - cv2.Canny(cv2.GaussianBlur(gray, (5, 5), 0), _LOW, _HIGH)[..., None]


def boundaries(ids: np.ndarray) -> np.ndarray:
    """Returns the pixels whose number differs from that of one of the four neighbours.

    Args:
      ids: integers (height, width).

    Returns:
      uint8 (height, width, 1), 0 on both sides of a boundary and 255 elsewhere.
    """
    lines = np.zeros(ids.shape, bool)
    down, right = ids[1:] != ids[:-1], ids[:, 1:] != ids[:, :-1]
    lines[1:] |= down
    lines[:-1] |= down
    lines[:, 1:] |= right
    lines[:, :-1] |= right
    return np.where(lines, 0, 255).astype(np.uint8)[..., None]
