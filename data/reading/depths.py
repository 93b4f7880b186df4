"""Reads maps of depth, whose values are distances and not brightness."""

import os

import numpy as np

from data.reading.native import decode_native
from data.source import BadExample

TYPES = ("uint16", "float32")


def decode_depth(file: str | os.PathLike, dtype: str | None = None) -> np.ndarray:
    """Reads the distances in a file without changing them; 0 means that there is none.

    Args:
      file: a PNG or TIFF of 16 bits or floats with one channel, or an .npy file of such numbers.
      dtype: the type that the file must have, one of `TYPES`; None for either.

    Returns:
      (height, width, 1), uint16 or float32.

    Raises:
      BadExample: if it cannot be read, has several channels or another type, or its values are
        negative, not finite, or all 0.
    """
    name, values = os.fspath(file), decode_native(file)
    if values.shape[2] != 1 or values.dtype.name not in TYPES or dtype not in (None, values.dtype):
        wanted = "16-bit PNG, or floats in .npy" if dtype is None else f"one channel of {dtype}"
        raise BadExample(
            f"{name}: is of {values.dtype} with {values.shape[2]} channels; depths are stored as "
            f"{wanted}"
        )
    if not np.isfinite(values).all() or values.min() < 0:
        raise BadExample(
            f"{name}: depths are finite and not negative, and 0 where there is none; correct it"
        )
    if not values.any():
        raise BadExample(f"{name}: has no depth at all, only zeros; remove it")
    return values
