"""Decodes image files in their own type, with all their channels."""

import os
from pathlib import Path

import numpy as np
from PIL import ImageOps

from data.formats.opening import open_image
from data.reading.decode import (
    decode,
    has_deep_colour,
    picture,
    read_bytes,
    reason,
    samples_of,
)
from data.reading.deep import read_png, read_tiff
from data.reading.values import exact
from data.source import BadExample

_GRAY = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def decode_native(file: str | os.PathLike, pages: str = "first", page: int = 0) -> np.ndarray:
    """Decodes an image without loss.

    8-bit images are decoded by `data.reading.decode.decode`.

    Args:
      file: path of an image, or of an .npy file with an array (height, width) or (height, width,
        channels).
      pages: how to read a file with several pages, one of `data.reading.values.PAGES`: "channels"
        joins the channels of all of them.
      page: number of the page, for "examples".

    Returns:
      (height, width, channels), uint8, uint16 or float32.

    Raises:
      BadExample: if it cannot be read, or its values have another type.
    """
    name = os.fspath(file)
    if is_array(name):
        return as_image(load_array(file), name)
    _, data = read_bytes(file, name)
    try:
        if pages == "first":
            return _page(data, 0, name)
        if pages == "examples":
            return _page(data, page, name)
        found = [_page(data, k, name) for k in range(page_count(data, name))]
        return np.concatenate(found, axis=-1)
    except BadExample:
        raise
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{name}: {reason(error)}") from error


def is_array(path: str | os.PathLike) -> bool:
    """Whether a file is an array rather than an image: its name ends in .npy."""
    return os.fspath(path).lower().endswith(".npy")


def page_count(file: str | os.PathLike | bytes, name: str = "") -> int:
    """The number of pages or frames of a file; 1 for an array or a file that cannot be opened."""
    try:
        with open_image(file, name) as image:
            # The frames after a JPEG are other versions of the image, such as a depth map.
            return 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    except Exception:
        return 1  # The error is reported when the file is read.


def load_array(file) -> np.ndarray:
    """The array in an .npy file; nothing is unpickled.

    Raises:
      BadExample: if the file is not an array.
    """
    try:
        array = np.load(Path(file), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BadExample(f"{os.fspath(file)}: no plain .npy array ({reason(error)})") from error
    if not isinstance(array, np.ndarray) or not array.size:
        raise BadExample(f"{os.fspath(file)}: no array, or an empty one")
    return array


def array_header(file) -> tuple[int, int, int]:
    """(height, width, channels) of the image in an .npy file, from its header.

    Raises:
      BadExample: if the file is not an image.
    """
    try:
        shape = np.load(Path(file), mmap_mode="r", allow_pickle=False).shape
    except (OSError, ValueError, EOFError) as error:
        raise BadExample(f"{os.fspath(file)}: no plain .npy array ({reason(error)})") from error
    if len(shape) not in (2, 3):
        raise BadExample(f"{os.fspath(file)}: an array of shape {shape}, not (height, width, ...)")
    return (*shape, 1)[:3]


def as_image(values: np.ndarray, name: str) -> np.ndarray:
    """An array as an image (height, width, channels) of uint8, uint16 or float32.

    Raises:
      BadExample: if it has another number of dimensions, or values of another type.
    """
    values = values[..., None] if values.ndim == 2 else values
    if values.ndim != 3:
        raise BadExample(f"{name}: an array of shape {values.shape}, not (height, width, channels)")
    try:
        return exact(values)
    except ValueError as error:
        raise BadExample(f"{name}: {error}") from error


def _page(data, page, name):
    samples = samples_of(data, page)
    if samples:
        return read_tiff(data, samples, page)
    with open_image(data, name) as image:
        if has_deep_colour(image, data):
            return read_png(data)
        if image.format == "JPEG2000" and image.mode != "I;16" and _jpeg2000_bits(data) > 8:
            raise ValueError("colours of more than 8 bits in JPEG 2000; store PNG, TIFF or .npy")
        if page:
            image.seek(page)
            return picture(image)
        if image.mode in _GRAY:
            image.load()
            return as_image(np.asarray(ImageOps.exif_transpose(image)), name)
    return decode(data, name)


def _jpeg2000_bits(data):
    """Bits of the first channel, from the segment after the start of the codestream."""
    return (data[data.find(b"\xff\x4f\xff\x51") + 42] & 127) + 1
