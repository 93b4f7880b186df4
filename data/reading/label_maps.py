"""Label maps and masks from files: their values are names and not colours."""

import os

import numpy as np

from data.formats import tiff
from data.formats.opening import open_image
from data.reading.decode import reason, samples_of
from data.reading.native import is_array, load_array
from data.source import BadExample

_PHOTOMETRIC = 262  # TIFF's tag: whether 0 is black.


def decode_ids(file: str | os.PathLike) -> np.ndarray:
    """Reads the ids in a file as they are stored.

    Args:
      file: an .npy file of integers, or an image with one channel, gray or with a palette (then
        its indices are the ids), of up to 32 bits.

    Returns:
      int32 (height, width).

    Raises:
      BadExample: if it cannot be read, is in colour, or has negative values or fractions.
    """
    values, name = _stored(file), os.fspath(file)
    values = values[..., 0] if values.ndim == 3 and values.shape[2] == 1 else values
    if values.ndim != 2:
        raise BadExample(f"{name}: of shape {values.shape}; a label map has one number per pixel")
    if values.dtype.kind not in "biu" or values.min() < 0 or values.max() > 2**31 - 1:
        raise BadExample(f"{name}: a label map holds whole numbers from 0, not {values.dtype}")
    return values.astype(np.int32)


def decode_mask(file: str | os.PathLike) -> np.ndarray:
    """Reads a mask: 0 where a file has 0, and 1 where it has its one other value.

    Returns:
      uint8 (height, width, 1).

    Raises:
      BadExample: if it cannot be read, or there are more than two values.
    """
    values = _stored(file)
    other = np.unique(values[values != 0])
    if len(other) > 1 or (values.ndim == 3 and values.shape[2] != 1) or values.ndim > 3:
        raise BadExample(
            f"{os.fspath(file)}: a mask has one channel with 0 and one other value; this has shape "
            f"{values.shape} and {len(np.unique(values))} values"
        )
    return (values != 0).astype(np.uint8).reshape(*values.shape[:2], 1)


def _stored(file):
    if is_array(file):
        return load_array(file)
    try:
        with open(file, "rb") as content:
            samples = samples_of(content)
        if samples and (samples.photometric == tiff.WHITE_IS_ZERO or samples.packed):
            raise ValueError("its numbers would change; store 8, 16 or 32 bits with 0 as black")
        with open_image(file) as image:
            if image.format == "TIFF" and image.tag_v2.get(_PHOTOMETRIC) == tiff.WHITE_IS_ZERO:
                raise ValueError("its numbers would change; store it with 0 as black")
            image.load()
            if image.mode in ("RGB", "RGBA"):
                raise ValueError("it is in colour, but its values are to be names")
            return np.asarray(image)
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{os.fspath(file)}: {reason(error)}") from error
