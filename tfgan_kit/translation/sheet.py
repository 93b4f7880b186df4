"""A sheet of the first images of a command, before and after."""

import math

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import GRAY, alike, grid

SIDE, ROWS, WAYS = 192, 16, 12


def cell(field: Field, values: np.ndarray) -> np.ndarray:
    """Values of a field as a picture of at most `SIDE` pixels a side, in the middle of a square.

    Args:
      field: an image, map of ids or mask.
      values: (height, width, ...).

    Returns:
      uint8 (SIDE, SIDE, 3).
    """
    import cv2

    (picture,) = alike([as_seen(field, values[None])])[0]
    height, width = picture.shape[:2]
    factor = SIDE / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST
    small = cv2.resize(picture, size, interpolation=way).reshape(size[1], size[0], -1)
    square = np.full((SIDE, SIDE, 3), GRAY, np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def sheet(rows: list[dict], columns: list) -> np.ndarray:
    """Rows of cells as one picture, several rows beside each other so that it is about square.

    Args:
      rows: name of each column -> its cell; grey where a row has none.
      columns: the names in their order.
    """
    across = max(1, round(math.sqrt(len(rows) / len(columns))))
    empty = np.full((SIDE, SIDE, 3), GRAY, np.uint8)
    cells = [row.get(name, empty) for row in rows for name in columns]
    return grid(np.stack(cells), columns=across * len(columns))
