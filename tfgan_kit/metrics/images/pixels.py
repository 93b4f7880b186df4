"""Prepares images for metrics: checks them and maps them to values from 0 to 255."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.pictures.images import to_uint8

_AT_ONCE = 32


def pixels(images, *, rounded: bool = True) -> np.ndarray:
    """Checks images and returns them with values from 0 to 255.

    Args:
      images: (n, height, width, 1 or 3), uint8 or float in [-1, 1].
      rounded: whether float images are rounded to uint8, as a file of them would be.

    Returns:
      uint8 of the same shape, or float32 if `rounded` is false.

    Raises:
      UserError: for another shape or dtype, no images at all, or values that are not finite or out
        of range.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        shape = "x".join(map(str, images.shape))
        raise UserError(
            f"metrics need images (n, height, width, 1 or 3), not {shape}; stack them, and drop "
            "an alpha channel"
        )
    if not images.size:
        raise UserError("a metric needs at least one image, and there is none; name others")
    if images.dtype != np.uint8:
        _check_range(images)
    if rounded:
        return to_uint8(images)
    if images.dtype == np.uint8:
        return images.astype(np.float32)
    return np.clip((images.astype(np.float32) + 1.0) * 127.5, 0.0, 255.0)


def pixel_pairs(a, b) -> tuple[np.ndarray, np.ndarray]:
    """`pixels` of two sets of images that are compared pairwise.

    Raises:
      UserError: see `pixels`; also if the shapes differ.
    """
    a, b = pixels(a), pixels(b)
    if a.shape != b.shape:
        raise UserError(
            f"images must agree in number and size, not {_by(a)} and {_by(b)}; resize "
            "them, or give as many of both"
        )
    return a, b


def per_image(measure, *arrays) -> np.ndarray:
    """`measure` of images in float64, a few at a time, so that memory use stays constant.

    Args:
      measure: function of as many float64 arrays (m, height, width, channels) to one (m,).
      arrays: (n, height, width, channels) each, such as `pixel_pairs`.

    Returns:
      float64 (n,).
    """
    parts = (slice(i, i + _AT_ONCE) for i in range(0, len(arrays[0]), _AT_ONCE))
    return np.concatenate(
        [measure(*(each[part].astype(np.float64) for each in arrays)) for part in parts]
    )


def _check_range(images):
    if not np.issubdtype(images.dtype, np.floating):
        raise UserError(f"images are uint8 or float in [-1, 1], not {images.dtype}; convert them")
    low, high = float(images.min()), float(images.max())
    if not np.isfinite((low, high)).all():
        bad = int((~np.isfinite(images)).any((1, 2, 3)).argmax())
        raise UserError(f"image {bad} has pixels that are not finite; leave it out")
    # The last layer may overshoot, but only by rounding.
    if low < -1.001 or high > 1.001:
        raise UserError(
            f"float images lie in [-1, 1], these in [{low:.4g}, {high:.4g}]; scale them, or give "
            "uint8"
        )


def _by(images):
    return "x".join(map(str, images.shape))
