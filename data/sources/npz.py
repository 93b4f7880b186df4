"""Arrays of images and labels in a NumPy .npz file."""

import builtins
import zipfile
import zlib

import numpy as np

from data.source import Source
from data.sources.locate import check_split, resolve
from data.sources.memory import MemorySource
from tfgan_kit.errors import NotFound, UserError

_ALIASES = {"train": ("train",), "test": ("test", "val", "valid", "validation")}
_IMAGES, _LABELS = ("images", "x", "X"), ("labels", "y", "Y")


def open(argument: str, *, data_dir: str | None, split: str) -> Source:
    """Opens an .npz file.

    Arrays are found by name. Those of a split are `x_train`, `train_images`, `images_train` and
    the like with `y_train`, `train_labels`, `labels_train`; "test" also takes `val` and `valid`.
    A file without splits has `images`, `x` or `X`, with `labels`, `y` or `Y`, and counts as
    "train". Labels are optional, and so is `classes`, an array of their names.

    Args:
      argument: path of the file, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test".

    Raises:
      UserError: if the file is missing, damaged, or holds no images under these names; if it
        holds pickled objects, which are never loaded; if an array has an odd shape or range.
    """
    path = resolve("npz", argument, data_dir)
    check_split(str(path), split, tuple(_ALIASES))
    try:
        with builtins.open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise UserError(f"{path}: one array, not an .npz file; write it with numpy.savez")
            key, labels_key = _keys(path, archive.files, split)
            images = archive[key]
            labels = archive[labels_key] if labels_key in archive.files else None
            classes = archive["classes"].tolist() if "classes" in archive.files else ()
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"{path}: {_reason(error)}") from error
    if classes and not all(isinstance(c, str) for c in classes):
        raise UserError(f"{path}: `classes` must be a list of texts, one name for each class")
    # The name carries the array, so that what is wrong with it is said where it is.
    source = MemorySource(f"{path}[{key}]", images, labels, classes)
    source.name = path.stem
    return source


def _keys(path, present: list[str], split: str) -> tuple[str, str]:
    """Returns the names of the images and of their labels."""
    pairs = [
        (form.format(base=images, part=part), form.format(base=labels, part=part))
        for part in _ALIASES[split]
        for form in ("{base}_{part}", "{part}_{base}")
        for images, labels in zip(_IMAGES, _LABELS, strict=True)
    ]
    if split == "train":
        pairs += zip(_IMAGES, _LABELS, strict=True)
    for pair in pairs:
        if pair[0] in present:
            return pair
    wanted = f"x_{split}, {split}_images" + (", images or x" if split == "train" else "")
    found = ", ".join(present) or "nothing"
    raise NotFound(f"{path}: no images for split {split!r}; it holds {found}; name them {wanted}")


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if text.startswith("Object arrays"):
        return "holds Python objects, which are never unpickled; store plain arrays"
    if "pickled" in text:
        # NumPy takes every file that is neither .npy nor zip for a pickle.
        return "not an .npz file; write it with numpy.savez"
    return f"cannot be read ({text}); write it again with numpy.savez"
