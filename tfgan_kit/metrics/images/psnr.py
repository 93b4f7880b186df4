"""Peak signal-to-noise ratio."""

import numpy as np

from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs

PROTOCOL = "PSNR in dB of uint8 images, peak 255, per image over all its pixels and channels"


def psnr(a, b) -> np.ndarray:
    """10 log10(255^2 / mean squared error), per image.

    Protocol: see `PROTOCOL`. The PSNR of equal images is infinite. The mean of a logarithm over
    images is not the logarithm of the mean: average these values, not the errors.

    Args:
      a, b: (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.

    Returns:
      float64 (n,).

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`.
    """
    errors = per_image(lambda x, y: np.square(x - y).mean((1, 2, 3)), *pixel_pairs(a, b))
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(255.0**2 / errors)
