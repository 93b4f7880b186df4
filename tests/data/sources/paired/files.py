"""Writes the files of the sets in these tests."""

import cv2
import numpy as np


def noise(seed, *shape, dtype=np.uint8):
    """An image that no other seed gives."""
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def write(path, pixels):
    """Writes an array, RGB where it is in colour, in the format of the path's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npy":
        np.save(path, pixels)
        return
    assert cv2.imwrite(str(path), pixels[..., ::-1] if pixels.ndim == 3 else pixels)
