"""CIFAR-10, binary version: Krizhevsky, Learning Multiple Layers of Features, 2009."""

from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.published import advice
from data.sources.locate import check_split, locate
from data.sources.memory import MemorySource
from tfgan_kit.errors import UserError

_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_FILES = {"train": [f"data_batch_{k}.bin" for k in range(1, 6)], "test": ["test_batch.bin"]}
# One byte for the label, then the red, green and blue planes.
_RECORD = 1 + 3 * 32 * 32


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens CIFAR-10.

    Args:
      argument: empty.
      data_dir: folder with the .bin files, or with a folder "cifar10" or "cifar-10-batches-bin".
      split: "train" or "test".

    Raises:
      UserError: if a file is missing or damaged, or only the pickled Python version is there.
    """
    check_split("cifar10", split, tuple(_FILES))
    paths = locate(
        "cifar10",
        data_dir,
        [[name] for name in _FILES[split]],
        folders=("cifar10/cifar-10-batches-bin", "cifar10", "cifar-10-batches-bin", ""),
        advice=f"{advice('cifar10')} (the Python version is pickled and is not read)",
    )
    records = np.concatenate([_read(path) for path in paths])
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return MemorySource("cifar10", np.ascontiguousarray(images), records[:, 0], _CLASSES)


def _read(path: Path) -> np.ndarray:
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    if data.size == 0 or data.size % _RECORD:
        raise UserError(
            f"{path}: {data.size} bytes are not whole records of {_RECORD}; it is truncated or not"
            " CIFAR-10's binary version, fetch it again"
        )
    records = data.reshape(-1, _RECORD)
    if records[:, 0].max() >= len(_CLASSES):
        raise UserError(f"{path}: label {records[:, 0].max()}; it is not CIFAR-10's binary version")
    return records
