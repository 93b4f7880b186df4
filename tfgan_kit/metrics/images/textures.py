"""Whether shapes are filled with the texture that was given."""

import numpy as np

from tfgan_kit.metrics.images.pixels import pixel_pairs

WINDOW = 5
PROTOCOL = (
    f"|G(output) - G(texture)| / |G(texture)|, where G is the mean of v v^T over the {WINDOW}x"
    f"{WINDOW} windows v of an RGB image in [0, 1] and |.| the Frobenius norm; of the output the "
    "windows in the shape, of the texture all; mean over images"
)


def texture_distance(images, textures, shapes) -> np.ndarray:
    """Distance of the Gram matrices of windows, per image.

    Gram matrices as in Gatys et al. 2016, with the pixels of a window in place of a network's
    features: they tell colours, angles and widths of a pattern, whatever its place.

    Protocol: see `PROTOCOL`.

    Args:
      images, textures: (n, height, width, 3), uint8 or float in [-1, 1].
      shapes: (n, height, width, 1), true in the shape to look at.

    Returns:
      float64 (n,), NaN for a shape in which no window fits.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`.
    """
    images, textures = pixel_pairs(images, textures)
    found = []
    for image, texture, shape in zip(images, textures, np.asarray(shapes, bool), strict=True):
        inside = np.lib.stride_tricks.sliding_window_view(shape[..., 0], (WINDOW, WINDOW))
        inside = inside.all((-1, -2))
        if not inside.any():
            found.append(np.nan)
            continue
        given = _gram(texture, np.ones_like(inside))
        distance = np.linalg.norm(_gram(image, inside) - given)
        found.append(distance / max(np.linalg.norm(given), 1e-12))
    return np.array(found)


def _gram(image, where):
    """Mean of v v^T over the windows whose upper left pixel is in `where`, (rows, columns)."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (WINDOW, WINDOW), (0, 1))
    rows = windows[where].reshape(-1, WINDOW * WINDOW * image.shape[-1]) / 255.0
    return rows.T @ rows / len(rows)
