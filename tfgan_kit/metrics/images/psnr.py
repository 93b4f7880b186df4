"""Peak signal-to-noise ratio."""

import numpy as np

from tfgan_kit.metrics.images.errors import squared_error

PROTOCOL = "PSNR in dB of uint8 images, peak 255, per image over all its pixels and channels"


def psnr(a, b, hole=None) -> np.ndarray:
    """10 log10(255^2 / mean squared error), per image.

    Protocol: see `PROTOCOL`. The PSNR of equal images is infinite. The mean of a logarithm over
    images is not the logarithm of the mean: average these values, not the errors.

    Args:
      a, b: (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.
      hole: (n, height, width, 1), true where the error counts; everywhere if None.

    Returns:
      float64 (n,).

    Raises:
      UserError: see `tfgan_kit.metrics.images.errors.l1`.
    """
    return decibels(squared_error(a, b, hole))


def decibels(errors) -> np.ndarray:
    """10 log10(255^2 / error) of mean squared errors; infinite for 0."""
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(255.0**2 / np.asarray(errors))
