"""Mean absolute and squared errors in percent, over whole images or in holes."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs

PROTOCOLS = {
    "l1": "mean absolute error of uint8 images in % of 255, per image over pixels and channels",
    "l2": "mean squared error of uint8 images in % of 255^2, per image over pixels and channels",
}


def l1(a, b, hole=None) -> np.ndarray:
    """100 mean |a - b| / 255, per image (Pathak et al. 2016, table 1).

    Protocol: see `PROTOCOLS`.

    Args:
      a, b: (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.
      hole: (n, height, width, 1), true where the error counts; everywhere if None.

    Returns:
      float64 (n,), from 0 to 100.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if a hole has no pixel or is of another
        size.
    """
    return _mean(lambda d: np.abs(d) / 255.0, a, b, hole) * 100.0


def l2(a, b, hole=None) -> np.ndarray:
    """100 mean ((a - b) / 255)^2, per image; see `l1`."""
    return squared_error(a, b, hole) * (100.0 / 255.0**2)


def squared_error(a, b, hole=None) -> np.ndarray:
    """mean (a - b)^2 of values from 0 to 255, per image; see `l1`."""
    return _mean(np.square, a, b, hole)


def _mean(size, a, b, hole):
    a, b = pixel_pairs(a, b)
    if hole is None:
        return per_image(lambda x, y: size(x - y).mean((1, 2, 3)), a, b)
    hole = np.asarray(hole, bool)
    if hole.shape != (*a.shape[:3], 1):
        raise UserError(
            f"holes {'x'.join(map(str, hole.shape))} do not fit images of "
            f"{'x'.join(map(str, a.shape))}; give one of one channel for each"
        )
    if not (counts := hole.sum((1, 2, 3))).all():
        raise UserError(f"image {int(counts.argmin())} has no hole to measure in; leave it out")

    def in_hole(x, y, mask):
        return (mask * size(x - y)).mean(3).sum((1, 2)) / mask.sum((1, 2, 3))

    return per_image(in_hole, a, b, hole)
