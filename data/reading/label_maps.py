"""Reads label maps and masks, whose values are class numbers and not colours."""

import os

import numpy as np
from PIL import ImageOps

from data.formats import tiff
from data.formats.opening import open_image
from data.reading.decode import has_deep_colour, reason, samples_of
from data.reading.native import is_array, load_array
from data.source import BadExample

IGNORE = 255  # Value of a pixel without a class in a stored map.
_PHOTOMETRIC = 262  # Tag of TIFF that says whether 0 is black.
_LOSSLESS = ("PNG", "TIFF", "BMP", "GIF")
_HEADER = 32  # Bytes of a PNG that hold its bits per sample and its kind of colour.


def decode_ids(file: str | os.PathLike) -> np.ndarray:
    """Reads the ids in a file without changing them.

    Args:
      file: an .npy file of integers, or a PNG, TIFF, BMP or GIF with one channel, gray or with a
        palette (then its indices are the ids), of up to 32 bits. Orientation from EXIF is applied.

    Returns:
      int32 (height, width).

    Raises:
      BadExample: if it cannot be read, is in colour, is compressed with a loss, or has negative
        values or fractions.
    """
    return _numbers(_stored(file, lossless=True), os.fspath(file))


def decode_instances(file: str | os.PathLike) -> np.ndarray:
    """Reads the numbers of instances: as `decode_ids`, or from the colours of a PNG.

    The number of a colour is R + 256 G + 256^2 B, as in the panoptic maps of COCO, and in a PNG of
    32 bits + 256^3 A. An alpha channel that is the same everywhere tells nothing apart and is left
    out.

    Returns:
      int32 (height, width).

    Raises:
      BadExample: see `decode_ids`; also if a number is 2**31 or more.
    """
    values = _stored(file, lossless=True, colour=True)
    if values.ndim == 3 and values.shape[2] in (3, 4) and values.dtype == np.uint8:
        if values.shape[2] == 4 and (values[..., 3] == values[0, 0, 3]).all():
            values = values[..., :3]
        values = (values.astype(np.int64) << (8 * np.arange(values.shape[2]))).sum(-1)
    return _numbers(values, os.fspath(file))


def _numbers(values, name):
    values = values[..., 0] if values.ndim == 3 and values.shape[2] == 1 else values
    if values.ndim != 2:
        raise BadExample(f"{name}: of shape {values.shape}; a label map has one number per pixel")
    if values.dtype.kind not in "biu" or values.min() < 0 or values.max() > 2**31 - 1:
        raise BadExample(
            f"{name}: a label map holds whole numbers from 0 to 2147483647, and this, of type "
            f"{values.dtype}, others; store it anew"
        )
    return values.astype(np.int32)


def decode_mask(file: str | os.PathLike) -> np.ndarray:
    """Reads a mask: 0 where the file has 0, and 1 where it has its other value.

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


def decode_hole(file: str | os.PathLike) -> np.ndarray:
    """Reads a mask that has a hole and something around it, see `decode_mask`.

    Raises:
      BadExample: also if it is no hole or all hole.
    """
    mask = decode_mask(file)
    if mask.min() == mask.max():
        what = "no hole" if not mask.max() else "nothing but hole"
        raise BadExample(
            f"{file}: {what} in this mask; 255 is the hole and 0 the rest, so draw both"
        )
    return mask


def _stored(file, *, lossless=False, colour=False):
    if is_array(file):
        return load_array(file)
    try:
        with open(file, "rb") as content:
            samples = samples_of(content)
            content.seek(0)
            head = content.read(_HEADER)
        if samples and (samples.photometric == tiff.WHITE_IS_ZERO or samples.packed):
            raise ValueError("its numbers would change; store 8, 16 or 32 bits with 0 as black")
        with open_image(file) as image:
            if lossless and image.format not in _LOSSLESS:
                raise ValueError(
                    f"its content is {image.format}, which may change numbers; store a PNG"
                )
            if image.format == "TIFF" and image.tag_v2.get(_PHOTOMETRIC) == tiff.WHITE_IS_ZERO:
                raise ValueError("its numbers would change; store it with 0 as black")
            deep = has_deep_colour(image, head)
            image.load()
            if deep or (image.mode in ("RGB", "RGBA") and not colour):
                raise ValueError(
                    "it is in colour, not a map of class numbers; store one channel, gray or "
                    "with a palette, whose values are the numbers"
                )
            values = np.asarray(ImageOps.exif_transpose(image))
            spread = _spread(head) if image.format == "PNG" else 1
            return values // spread if spread > 1 else values
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{os.fspath(file)}: {reason(error)}") from error


def _spread(head):
    """What Pillow multiplies a gray PNG of 2 or 4 bits with, so that the largest becomes 255."""
    bits, colour = head[24], head[25]
    return 255 // (2**bits - 1) if colour == 0 and bits in (2, 4) else 1
