"""Structural similarity (Wang et al. 2004)."""

import numpy as np
from scipy.ndimage import correlate1d

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs

WINDOW, SIGMA = 11, 1.5
K1, K2 = 0.01, 0.03
PROTOCOL = (
    "SSIM of uint8 images, Gaussian window 11, sigma 1.5, K1 0.01, K2 0.03, population covariances,"
    " windows that lie inside the image only, mean over positions and RGB channels"
)


def ssim(a, b) -> np.ndarray:
    """Mean of (2 mu_a mu_b + C1)(2 s_ab + C2) / ((mu_a^2 + mu_b^2 + C1)(s_a^2 + s_b^2 + C2)).

    Protocol: see `PROTOCOL`; C_i = (255 K_i)^2. The paper measures greyscale images.

    Args:
      a, b: (n, height, width, 1 or 3), at least 11x11, uint8 or float in [-1, 1], which is rounded.

    Returns:
      float64 (n,), at most 1; 1 for equal images.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if the images are smaller.
    """
    a, b = pixel_pairs(a, b)
    check_size(a)
    return per_image(mean_similarity, a, b)


def check_size(images) -> None:
    """Checks that the window fits into images (n, height, width, channels).

    Raises:
      UserError: if it does not.
    """
    height, width = images.shape[1:3]
    if min(height, width) < WINDOW:
        raise UserError(
            f"SSIM needs images of at least {WINDOW}x{WINDOW}, these are {height}x{width}; enlarge "
            "them"
        )


def mean_similarity(a, b) -> np.ndarray:
    """SSIM of float64 images (n, height, width, channels), values from 0 to 255; (n,)."""
    luminance, contrast = similarity(a, b, WINDOW, SIGMA)
    return (luminance * contrast).mean((1, 2, 3))


def similarity(a, b, window: int, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """SSIM's two factors at every position where the window lies inside the image.

    Args:
      a, b: float64 (n, height, width, channels), values from 0 to 255.
      window: width of the Gaussian window.
      sigma: its standard deviation, in pixels.

    Returns:
      The luminance (2 mu_a mu_b + C1) / (mu_a^2 + mu_b^2 + C1), and the contrast and structure
      (2 s_ab + C2) / (s_a^2 + s_b^2 + C2), each (n, height - window + 1, width - window + 1,
      channels).
    """
    x = np.arange(window) - (window - 1) / 2
    weights = np.exp(-np.square(x / sigma) / 2)
    weights /= weights.sum()

    first, last = window // 2, (window - 1) // 2  # Margins where the window would reach outside.

    def smooth(images):
        height, width = images.shape[1:3]
        images = correlate1d(images, weights, axis=1)[:, first : height - last]
        return correlate1d(images, weights, axis=2)[:, :, first : width - last]

    mean_a, mean_b = smooth(a), smooth(b)
    variances = smooth(a * a + b * b) - mean_a**2 - mean_b**2
    covariance = smooth(a * b) - mean_a * mean_b
    c1, c2 = (255 * K1) ** 2, (255 * K2) ** 2
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return luminance, (2 * covariance + c2) / (variances + c2)
