"""MNIST and its relatives in the IDX format (http://yann.lecun.com/exdb/mnist/)."""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.published import advice
from data.sources.locate import check_split, locate, resolve
from data.sources.memory import MemorySource
from tfgan_kit.errors import UserError

_DIGITS = tuple("0123456789")
_UPPER = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = tuple("abcdefghijklmnopqrstuvwxyz")
_MERGED = (*_DIGITS, *_UPPER, *"abdefghnqrt")
_CLASSES = {
    "mnist": _DIGITS,
    "fashion_mnist": (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "emnist_mnist": _DIGITS,
    "emnist_digits": _DIGITS,
    "emnist_letters": _UPPER,
    "emnist_balanced": _MERGED,
    "emnist_bymerge": _MERGED,
    "emnist_byclass": (*_DIGITS, *_UPPER, *_LOWER),
}
_EMNIST_ADVICE = (
    "put the IDX files there, from https://www.nist.gov/itl/products-and-services/emnist-dataset"
)
_UNSIGNED_BYTE = 8


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens a data set of IDX files, plain or gzipped, in either style of file names.

    Args:
      argument: name of the data set ("mnist", "fashion_mnist", "kmnist", "emnist_letters", ...),
        or the path of one file of images; its labels are then taken from the file beside it
        whose name has "labels" and "idx1" instead of "images" and "idx3", if there is one.
      data_dir: folder with the files, or with a folder of the data set's name.
      split: "train" or "test"; a single file counts as "train".

    Raises:
      UserError: if a file is missing, truncated or not IDX, or images and labels do not match.
    """
    if argument not in _CLASSES:
        path = resolve("idx", argument, data_dir)
        check_split(str(path), split, ("train",))
        return _open_file(path)
    check_split(argument, split, ("train", "test"))
    family, _, kind = argument.partition("_")
    is_emnist = family == "emnist"
    part = {"train": "train", "test": "test" if is_emnist else "t10k"}[split]
    stem = f"emnist-{kind}-{part}" if is_emnist else part
    images_path, labels_path = locate(
        argument,
        data_dir,
        [_names(f"{stem}-images", 3), _names(f"{stem}-labels", 1)],
        folders=(argument, family, "") if is_emnist else (argument, ""),
        advice=advice(argument, _EMNIST_ADVICE),
    )
    images, labels = read(images_path), read(labels_path)
    if is_emnist:
        # EMNIST stores its images column by column, and numbers its letters from 1.
        images = images.swapaxes(1, 2)
        labels = labels.astype(np.int64) - (kind == "letters")
    if len(images) != len(labels):
        raise UserError(
            f"{argument}: {images_path} has {len(images)} images but {labels_path}"
            f" {len(labels)} labels; they are not of the same set"
        )
    return MemorySource(argument, images, labels, _CLASSES[argument])


def read(path: Path) -> np.ndarray:
    """Reads one IDX file of unsigned bytes, gzipped or not, whatever its name.

    Returns:
      uint8 array of the shape given in the header.

    Raises:
      UserError: if the file is damaged, truncated, or not IDX.
    """
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path}: cannot be read ({error}); fetch it again") from error
    rank = data[3] if len(data) >= 4 else 0
    if data[:2] != b"\0\0" or not 1 <= rank <= 4:
        raise UserError(f"{path}: not an IDX file (it starts with {data[:4].hex() or 'nothing'})")
    if data[2] != _UNSIGNED_BYTE:
        raise UserError(f"{path}: IDX values of type 0x{data[2]:02x}; only bytes (0x08) are read")
    start = 4 + 4 * rank
    if len(data) < start:
        raise UserError(f"{path}: truncated within its header; fetch it again")
    shape = struct.unpack(f">{rank}I", data[4:start])
    expected = start + math.prod(shape)
    if len(data) != expected:
        state = "truncated" if len(data) < expected else "longer than its header says"
        raise UserError(f"{path}: {state} ({len(data)} bytes, not {expected}); fetch it again")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _names(stem: str, rank: int) -> list[str]:
    return [f"{stem}{mark}idx{rank}-ubyte{end}" for mark in "-." for end in (".gz", "")]


def _open_file(path: Path) -> ImageSource:
    labels_name = path.name.replace("images", "labels").replace("idx3", "idx1")
    labels_path = path.with_name(labels_name)
    has_labels = labels_name != path.name and labels_path.exists()
    name = path.name.split(".")[0]
    images = read(path)
    if images.ndim < 3:
        raise UserError(f"{path}: holds no images but an array of shape {images.shape}")
    return MemorySource(name, images, read(labels_path) if has_labels else None)
