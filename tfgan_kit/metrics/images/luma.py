"""PSNR and SSIM on the luma Y, as super-resolution is measured."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs
from tfgan_kit.metrics.images.psnr import decibels
from tfgan_kit.metrics.images.ssim import check_size, mean_similarity


def protocol(border: int) -> str:
    """What the protocols of both add to those of `psnr` and `ssim`, in words."""
    return f"on Y of BT.601 (16 to 235, not rounded; gray as it is), border of {border} pixels cut"


def luma(images) -> np.ndarray:
    """Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 (ITU-R BT.601).

    Args:
      images: (n, height, width, 1 or 3), values from 0 to 255; gray passes unchanged.

    Returns:
      float64 (n, height, width, 1), for colours values from 16 to 235.
    """
    images = np.asarray(images, np.float64)
    if images.shape[-1] == 1:
        return images
    return 16.0 + images @ (np.array([[65.481], [128.553], [24.966]]) / 255.0)


def psnr_y(a, b, border: int = 0) -> np.ndarray:
    """PSNR on Y, per image, with peak 255.

    Protocol: see `protocol`. Published tables cut a border of as many pixels as the factor.

    Args:
      a, b: (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.
      border: pixels left out on each side.

    Returns:
      float64 (n,), infinite for equal images.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if nothing is left of the images.
    """

    def errors(x, y):
        return np.square(luma(x) - luma(y)).mean((1, 2, 3))

    return decibels(per_image(errors, *_inner(a, b, border)))


def ssim_y(a, b, border: int = 0) -> np.ndarray:
    """SSIM on Y, per image; see `psnr_y`, also for the arguments.

    Returns:
      float64 (n,), at most 1; 1 for equal images.

    Raises:
      UserError: see `psnr_y`; also if less than 11x11 pixels are left.
    """
    a, b = _inner(a, b, border)
    check_size(a)
    return per_image(lambda x, y: mean_similarity(luma(x), luma(y)), a, b)


def _inner(a, b, border):
    a, b = pixel_pairs(a, b)
    height, width = a.shape[1:3]
    if min(height, width) <= 2 * border:
        raise UserError(
            f"nothing is left of images of {height}x{width} without a border of {border} pixels; "
            "give larger ones"
        )
    inside = slice(border, height - border), slice(border, width - border)
    return a[:, *inside], b[:, *inside]
