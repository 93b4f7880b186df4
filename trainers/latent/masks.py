"""Where the object is, and the shape that it is taken for at first."""

import numpy as np

from tfgan_kit.errors import UserError

_RADIUS = 0.8  # Of the disc that is taken without a mask; half the image's side is 1.


def read_mask(path: str | None, size: tuple[int, int]) -> np.ndarray:
    """The object: 1 where an image is more white than black, else 0; float32 (height, width).

    Args:
      path: of the image; None for a disc.
      size: (height, width) that it must have.

    Raises:
      UserError: if the image cannot be read or has another size, or no object, or one that reaches
        the border, beyond which nothing is known of it.
    """
    if path is None:
        x, y = _axes(size)
        return (x**2 + y**2 < _RADIUS**2).astype(np.float32)
    import cv2

    image = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise UserError(f"--mask {path}: not an image that can be read")
    if image.shape != tuple(size):
        given, wanted = (f"{width}x{height}" for height, width in (image.shape, size))
        raise UserError(f"--mask {path}: is {given}, but the generator makes {wanted}; resize it")
    mask = image > 127
    if not mask.any():
        raise UserError(f"--mask {path}: is empty; paint the object white")
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        raise UserError(
            f"--mask {path}: reaches the border; leave at least a pixel of black around the object"
        )
    return mask.astype(np.float32)


def ellipsoid(mask: np.ndarray, height: float) -> np.ndarray:
    """The upper half of an ellipsoid over a mask's bounding box, 0 around it.

    Args:
      mask: (height, width), 0 or 1.
      height: in its middle, as a share of the shorter half axis.

    Returns:
      h, float32 (height, width), where half the image's side is 1.
    """
    squares, halves = 0.0, []
    for axis in _axes(mask.shape):
        own = np.broadcast_to(axis, mask.shape)[mask > 0]
        pixel = np.abs(np.diff(axis.ravel()[:2]))[0]
        half = (own.max() - own.min() + pixel) / 2
        squares = squares + ((axis - (own.max() + own.min()) / 2) / half) ** 2
        halves.append(half)
    return (height * min(halves) * np.sqrt(np.maximum(1.0 - squares, 0.0))).astype(np.float32)


def _axes(size):
    """x (1, width) and y (height, 1) of pixels, from -1 to 1."""
    height, width = size
    return np.linspace(-1, 1, width)[None], np.linspace(-1, 1, height)[:, None]
