"""SVHN, cropped digits: Netzer et al., Reading Digits in Natural Images, 2011."""

from pathlib import Path

import numpy as np
import scipy.io

from data.image_source import ImageSource
from data.published import advice
from data.sources.locate import check_split, locate, resolve
from data.sources.memory import MemorySource
from tfgan_kit.errors import UserError

_EXTRA = "get http://ufldl.stanford.edu/housenumbers/extra_32x32.mat"


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens SVHN's `<split>_32x32.mat`. Label k is the digit k: the file's 10 becomes 0.

    Args:
      argument: empty, or the path of one such file, which counts as "train".
      data_dir: folder with the files, or with a folder "svhn".
      split: "train", "test" or "extra".

    Raises:
      UserError: if the file is missing, damaged or not in this format.
    """
    if argument:
        path = resolve("svhn", argument, data_dir)
        check_split(str(path), split, ("train",))
    else:
        check_split("svhn", split, ("train", "test", "extra"))
        file, what_to_do = f"{split}_32x32.mat", _EXTRA if split == "extra" else advice("svhn")
        (path,) = locate("svhn", data_dir, [[file]], advice=what_to_do)
    images, labels = _read(path)
    return MemorySource("svhn", images, labels, tuple("0123456789"))


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        content = scipy.io.loadmat(path, variable_names=["X", "y"])
    except Exception as error:
        # SciPy raises a dozen types on damaged files, TypeError and NotImplementedError included.
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: cannot be read as MATLAB 5 ({reason}); fetch it again") from error
    images, labels = content.get("X"), content.get("y")
    if images is None or labels is None:
        raise UserError(f"{path}: no X and y in it; it is not SVHN's cropped format (_32x32.mat)")
    if images.ndim != 4 or images.shape[2] != 3 or images.dtype != np.uint8:
        raise UserError(
            f"{path}: X of shape {images.shape} and type {images.dtype}, not uint8 (32, 32, 3, n)"
        )
    labels = labels.reshape(-1).astype(np.int64)
    return np.ascontiguousarray(images.transpose(3, 0, 1, 2)), np.where(labels == 10, 0, labels)
