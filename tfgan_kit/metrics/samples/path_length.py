"""Perceptual path length: how evenly images change along walks (Karras et al. 2019)."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_kit.latent.walks import lerp, slerp
from tfgan_kit.machine.full_float32 import full_float32

STEP, COARSE_STEP = 1e-4, 1e-3
STABLE = 0.05
_AT_ONCE = 16


@full_float32()
def squared_speeds(
    images_of: Callable,
    distance,
    starts: np.ndarray,
    stops: np.ndarray,
    shares: np.ndarray,
    *,
    path: str,
    step: float = STEP,
    faces: bool = False,
    tell: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """d(G(p(t)), G(p(t + e))) / e^2 of each walk.

    Args:
      images_of: function from codes (b, ...) and the number of the first to float images
        (b, height, width, channels).
      distance: a `tfgan_kit.perceptual.distances.Distance`.
      starts, stops: the ends of n walks, (n, ...).
      shares: where on its walk each is measured, (n,) in [0, 1].
      path: "lerp", or "slerp" for codes (n, size).
      step: e.
      faces: whether images are cropped to where faces aligned as in CelebA-HQ have theirs, rows
        3/8 to 7/8 and columns 2/8 to 6/8.
      tell: called with the number of walks done.

    Returns:
      float64 (n,).
    """
    along = slerp if path == "slerp" else lerp
    shares = np.reshape(shares, (-1,) + (1,) * (np.ndim(starts) - 1))
    found = []
    for first in range(0, len(starts), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        codes = [along(starts[part], stops[part], shares[part] + e) for e in (0.0, step)]
        ends = []
        for each in codes:
            images = images_of(tf.constant(each), first)
            ends.append(distance.features(face_of(images) if faces else images))
        found.append(distance.between(*ends).numpy().astype(np.float64) / step**2)
        tell(min(first + _AT_ONCE, len(starts)))
    return np.concatenate(found)


def path_length(speeds: np.ndarray) -> float:
    """The mean of the values between the 1st and the 99th percentile, both included.

    Args:
      speeds: see `squared_speeds`.
    """
    low = np.percentile(speeds, 1, method="lower")
    high = np.percentile(speeds, 99, method="higher")
    return float(speeds[(low <= speeds) & (speeds <= high)].mean())


def face_of(images):
    """Rows 3/8 to 7/8 and columns 2/8 to 6/8 of images."""
    height, width = images.shape[1:3]
    return images[:, 3 * height // 8 : 7 * height // 8, 2 * width // 8 : 6 * width // 8]


def precision_warning(fine: float, coarse: float) -> str | None:
    """A warning if the lengths with steps of 1e-4 and 1e-3 differ by more than 5 %, or None."""
    if abs(fine - coarse) <= STABLE * max(abs(fine), abs(coarse)):
        return None
    return (
        f"path length: {fine:.4g} with steps of {STEP:g}, but {coarse:.4g} with {COARSE_STEP:g} on "
        "the same walks; the images change too abruptly, or too little for float32"
    )
