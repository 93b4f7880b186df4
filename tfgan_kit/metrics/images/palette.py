"""Reads label maps that were drawn in colours."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import pixels

_AT_ONCE = 1 << 16  # Pixels.


def nearest_colour(images, palette) -> np.ndarray:
    """The number of the palette's nearest colour at each pixel.

    Protocol: Euclidean distance of uint8 RGB; of equally near colours the first counts. Measures
    photo -> labels (Zhu et al. 2017, section 5.1.1), where a generator paints the classes' colours.

    Args:
      images: (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.
      palette: uint8 (classes, channels of the images).

    Returns:
      int32 (n, height, width).

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if the palette has other channels.
    """
    images, palette = pixels(images), np.asarray(palette, np.int32)
    if palette.ndim != 2 or palette.shape[1] != images.shape[-1] or not len(palette):
        raise UserError(
            f"images of {images.shape[-1]} channels need a palette (classes, "
            f"{images.shape[-1]}), not {'x'.join(map(str, palette.shape))}; convert one of them"
        )
    rows = images.reshape(-1, images.shape[-1])
    nearest = np.empty(len(rows), np.int32)
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE].astype(np.int32)
        distances = np.stack([np.square(part - colour).sum(1) for colour in palette])
        nearest[start : start + _AT_ONCE] = distances.argmin(0)
    return nearest.reshape(images.shape[:3])
