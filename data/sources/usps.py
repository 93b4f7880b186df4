"""USPS, digits on envelopes: Hull, A database for handwritten text recognition research, 1994.

It is published as text in two forms. Each line of zip.train is a label and 256 values; each line
of LIBSVM's usps is a label and index:value pairs. Values are in [-1, 1]; 1 is ink.
"""

import bz2
import gzip
import zlib
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.published import advice
from data.sources.locate import check_split, locate
from data.sources.memory import MemorySource
from tfgan_kit.errors import UserError

_SIDE = 16
_NAMES = {
    "train": ["zip.train.gz", "zip.train", "usps.bz2"],
    "test": ["zip.test.gz", "zip.test", "usps.t.bz2"],
}
_ADVICE = (
    f"{advice('usps')}; zip.train.gz and zip.test.gz from "
    "https://hastie.su.domains/ElemStatLearn/data.html are read, too"
)


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens USPS: 7291 training and 2007 test images, (16, 16, 1), white on black.

    Args:
      argument: empty.
      data_dir: folder with the files, or with a folder "usps".
      split: "train" or "test".

    Raises:
      UserError: if the file is missing, damaged, or in neither form.
    """
    check_split("usps", split, tuple(_NAMES))
    (path,) = locate("usps", data_dir, [_NAMES[split]], advice=_ADVICE)
    lines = [line for line in _unpacked(path).splitlines() if line.strip()]
    parse = _parse_pairs if lines and b":" in lines[0] else _parse_values
    labels = np.empty(len(lines), np.int64)
    images = np.empty((len(lines), _SIDE, _SIDE), np.float32)
    for row, line in enumerate(lines):
        try:
            labels[row], images[row] = parse(line)
        except ValueError:
            raise UserError(
                f"{path}: line {row + 1} is not a digit and {_SIDE**2} values; fetch it again"
            ) from None
    # The error names the path.
    source = MemorySource(str(path), images, labels, tuple("0123456789"), value_range=(-1, 1))
    source.name = "usps"
    return source


def _unpacked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            return gzip.decompress(data)
        return bz2.decompress(data) if data[:3] == b"BZh" else data
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise UserError(f"{path}: cannot be read ({error}); fetch it again") from error


def _parse_values(line):
    """Parses "6.0000 -1.0000 ... 0.8610"."""
    values = np.array(line.split()).astype(np.float32)
    return _digit(values[0]), values[1:].reshape(_SIDE, _SIDE)


def _parse_pairs(line):
    """Parses "7 1:-1 2:-0.9 ...": the digit plus one, and pixels numbered from 1, 0 if omitted."""
    label, *values = np.array(line.replace(b":", b" ").split()).astype(np.float32)
    pairs = np.array(values).reshape(-1, 2)
    pixels = pairs[:, 0].astype(np.int64) - 1
    if len(pixels) and not 0 <= pixels.min() <= pixels.max() < _SIDE**2:
        raise ValueError
    image = np.zeros(_SIDE**2, np.float32)
    image[pixels] = pairs[:, 1]
    return _digit(label - 1), image.reshape(_SIDE, _SIDE)


def _digit(value):
    if value not in range(10):
        raise ValueError
    return int(value)
