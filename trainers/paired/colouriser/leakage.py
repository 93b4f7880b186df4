"""How much of the other side's shape leaks into a painted side."""

import numpy as np

from tfgan_kit.pictures.images import to_uint8

PAPER = 0  # The number of what belongs to no part.


def leakage(batches) -> dict[str, float]:
    """Measures paint on the paper: the mean absolute error where the true side has no part.

    A side that is painted over the borders of its own shape, as where the reference is wider, has
    a high one.

    Args:
      batches: iterable of (painted, true, parts): images (n, height, width, 3), uint8 or float in
        [-1, 1], and part numbers (n, height, width).

    Returns:
      {"leakage": the mean over all such pixels, in % of the range}, or {} if there are none.
    """
    total = count = 0.0
    for painted, true, parts in batches:
        paper = np.asarray(parts) == PAPER
        error = np.abs(to_uint8(painted).astype(np.float64) - to_uint8(true)).mean(-1)
        total, count = total + error[paper].sum(), count + paper.sum()
    return {"leakage": float(100 * total / (255 * count))} if count else {}
