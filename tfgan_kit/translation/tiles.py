"""Large images in overlapping tiles, blended so that no seams show."""

from collections.abc import Callable, Mapping

import numpy as np


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where tiles begin along a side, so that they cover it and neighbours share `overlap` or more.

    Args:
      length: pixels of the side, at least `tile`.
      tile: pixels of a tile.
      overlap: pixels that neighbours share, below `tile`.
    """
    count = -(-(length - overlap) // (tile - overlap))
    return np.linspace(0, length - tile, count).round().astype(int).tolist()


def in_tiles(
    run: Callable[[Mapping[str, np.ndarray]], np.ndarray],
    inputs: Mapping[str, np.ndarray],
    tile: int,
    overlap: int,
) -> np.ndarray:
    """Translates an image tile by tile.

    In the part that tiles share, each counts the less the nearer its edge is, linearly, so that
    the result goes over from one to the next without a step.

    Args:
      run: function from name -> (1, height, width, ...) to the translation (1, k * height,
        k * width, channels), for any k.
      inputs: name -> (1, height, width, ...), all of one size, at least one side above `tile`.
      tile: the largest side of a tile.
      overlap: pixels that neighbouring tiles share at least.

    Returns:
      float32 (1, k * height, k * width, channels).
    """
    height, width = next(iter(inputs.values())).shape[1:3]
    rows, columns = min(tile, height), min(tile, width)
    total = weights = None
    for top in starts(height, rows, overlap if height > rows else 0):
        for left in starts(width, columns, overlap if width > columns else 0):
            part = {n: v[:, top : top + rows, left : left + columns] for n, v in inputs.items()}
            made = run(part)
            scale = made.shape[1] // rows
            if total is None:
                total = np.zeros((1, height * scale, width * scale, made.shape[3]), np.float32)
                weights = np.zeros((height * scale, width * scale, 1), np.float32)
            weight = np.outer(
                _ramp(rows * scale, overlap * scale), _ramp(columns * scale, overlap * scale)
            )[..., None]
            place = np.s_[
                top * scale : (top + rows) * scale, left * scale : (left + columns) * scale
            ]
            total[0][place] += made[0] * weight
            weights[place] += weight
    return total / weights


def _ramp(length, overlap):
    """Weights of the pixels of a tile's side: rising over the overlap, 1, and falling."""
    rising = np.arange(1, length + 1, dtype=np.float32) / (overlap + 1)
    return np.minimum(1.0, np.minimum(rising, rising[::-1]))
