"""Whether the colours of strokes are found in the images that were painted after them."""

import numpy as np

from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs, pixels

APART = 0.1  # Of the range: colours that are nearer to each other do not tell them apart.
PROTOCOL = (
    "share of the stroke pixels, over all images, where the output is nearer to the colour asked "
    f"for than to another, of those where the two differ by more than {APART:.0%} of the range"
)


def obeyed(images, asked, other, mask) -> tuple[np.ndarray, np.ndarray]:
    """Counts the pixels of strokes that have the colour asked for rather than another.

    Protocol: see `PROTOCOL`. Distances are means of |a - b| over the channels.

    Args:
      images: what was painted, (n, height, width, 1 or 3), uint8 or float in [-1, 1].
      asked: the colours of the strokes, of the same shape; elsewhere anything.
      other: the colours to tell them from, such as those of the truth, of the same shape.
      mask: (n, height, width, 1), true in strokes.

    Returns:
      float64 (n,) each: the pixels that are nearer to what was asked for, and those that count.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`.
    """
    images, asked = pixel_pairs(images, asked)
    values = images, asked, pixels(other), np.asarray(mask, bool)
    return per_image(_nearer, *values), per_image(_telling, *values)


def _telling(images, asked, other, mask):
    apart = np.abs(asked - other).mean(3) > APART * 255
    return (apart * mask[..., 0]).sum((1, 2))


def _nearer(images, asked, other, mask):
    apart = np.abs(asked - other).mean(3) > APART * 255
    nearer = np.abs(images - asked).mean(3) < np.abs(images - other).mean(3)
    return (apart * nearer * mask[..., 0]).sum((1, 2))
