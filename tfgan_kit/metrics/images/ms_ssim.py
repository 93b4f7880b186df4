"""Multi-scale structural similarity (Wang et al. 2003)."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs
from tfgan_kit.metrics.images.ssim import SIGMA, WINDOW, similarity

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
SMALLEST = 2 ** (len(WEIGHTS) - 1)


def windows(height: int, width: int) -> tuple[int, ...]:
    """Window widths at each scale: 11, or the whole image where it is smaller.

    Raises:
      UserError: if the image has no pixel left at the last scale.
    """
    smallest = min(height, width)
    if smallest < SMALLEST:
        raise UserError(
            f"MS-SSIM needs images of at least {SMALLEST}x{SMALLEST}, these are {height}x{width}; "
            "enlarge them"
        )
    return tuple(min(WINDOW, smallest >> scale) for scale in range(len(WEIGHTS)))


def protocol(height: int, width: int) -> str:
    """The protocol in words, for images of this size."""
    each = ", ".join(map(str, windows(height, width)))
    return (
        f"MS-SSIM of uint8 images, {len(WEIGHTS)} scales by means of 2x2 pixels, Gaussian windows "
        f"{each}, sigma {SIGMA} for 11 and in proportion below, K1 0.01, K2 0.03, windows that lie "
        "inside the image only, negative means taken as 0, mean over RGB channels"
    )


def ms_ssim(a, b) -> np.ndarray:
    """Product of the mean SSIM at the last of 5 scales and the mean contrast terms at the others.

    Protocol: see `protocol`. Each factor is raised to the paper's power, 0.0448, 0.2856, 0.3001,
    0.2363 and 0.1333, for each channel separately. Images of less than 176 pixels are smaller than
    the window at some scale. There the window shrinks, so such values are comparable only between
    images of the same size.

    Args:
      a, b: (n, height, width, 1 or 3), at least 16x16, uint8 or float in [-1, 1], which is rounded.

    Returns:
      float64 (n,), from 0 to 1; 1 for equal images.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if the images are smaller.
    """
    a, b = pixel_pairs(a, b)
    windows(*a.shape[1:3])
    return per_image(_ms_ssim, a, b)


def _ms_ssim(a, b):
    result = np.ones((len(a), a.shape[-1]))
    each = windows(*a.shape[1:3])
    for scale, (window, weight) in enumerate(zip(each, WEIGHTS, strict=True)):
        if scale:
            a, b = _halved(a), _halved(b)
        luminance, term = similarity(a, b, window, SIGMA * window / WINDOW)
        if scale == len(WEIGHTS) - 1:
            term = luminance * term
        # The power of a negative mean, which inverted contrast causes, is not a number.
        result *= np.maximum(term.mean((1, 2)), 0.0) ** weight
    return result.mean(1)


def _halved(images):
    """Means of 2x2 pixels; an odd last row or column is left out."""
    n, height, width, channels = images.shape
    images = images[:, : height // 2 * 2, : width // 2 * 2]
    return images.reshape(n, height // 2, 2, width // 2, 2, channels).mean((2, 4))
