"""Arrays of images and labels in a NumPy .npz file."""

import builtins
import zipfile
import zlib

import numpy as np

from data.reading.values import EIGHT_BIT, Values
from data.source import Source
from data.sources.locate import check_split, resolve
from data.sources.memory import MemorySource
from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.fields import class_field, ids_field, mask_field, vector_field

_ALIASES = {"train": ("train",), "test": ("test", "val", "valid", "validation")}
_IMAGES, _LABELS = ("images", "x", "X"), ("labels", "y", "Y")


class ArraysSource(Source):
    """Several fields, each an array with a row per example.

    Args:
      name: short name.
      arrays: name of a field -> array (n, ...). The first word of the name, up to a "_", is its
        kind: "ids" for label maps, "mask" for masks, "vector" for vectors, "label" for classes; all
        others are images.
      names: name of a field of classes or label maps -> names of the classes; by default the
        numbers up to the largest.
      place: the file, for messages.
      values: how images are read.

    Raises:
      UserError: if an array does not have the form of its kind, or lengths differ.
    """

    def __init__(self, name, arrays, names, place, values: Values):
        self.name, self.fields, self._arrays = name, {}, {}
        counts = {key: len(array) for key, array in arrays.items()}
        if len(set(counts.values())) > 1:
            raise UserError(f"{place}: its arrays differ in length ({_listed(counts)})")
        for key, array in arrays.items():
            try:
                opened = _field(key, array, names.get(key), values)
            except ValueError as error:
                raise UserError(f"{place}[{key}]: of shape {array.shape}, {error}") from error
            self.fields[key], self._arrays[key] = opened
        sizes = {key: "x".join(map(str, f.size)) for key, f in self.fields.items() if f.has_size}
        if len(set(sizes.values())) > 1:
            raise UserError(f"{place}: its arrays differ in size ({_listed(sizes)})")

    def __len__(self):
        return len(next(iter(self._arrays.values())))

    def read(self, index):
        """See `Source.read`."""
        return {key: array[index] for key, array in self._arrays.items()}

    def labels(self):
        """See `Source.labels`."""
        return self._arrays.get("label")


def _field(key, array, names, values):
    """The field of an array, and the array in its type."""
    kind = key.partition("_")[0]
    if kind in ("ids", "label"):
        if array.dtype.kind not in "iu" or array.ndim != (3 if kind == "ids" else 1):
            wanted = "(n, height, width)" if kind == "ids" else "(n,)"
            raise ValueError(f"type {array.dtype}; store whole numbers {wanted}")
        lowest = -1 if kind == "label" else 0
        names = names or tuple(map(str, range(int(array.max()) + 1)))
        if array.min() < lowest or array.max() >= len(names):
            raise ValueError(
                f"it has numbers from {array.min()} to {array.max()}, but {len(names)} classes"
            )
        if kind == "label":
            return class_field(names), array.astype(np.int64)
        return ids_field(array.shape[1:], names), array.astype(np.int32)
    if kind == "mask":
        array = array[..., None] if array.ndim == 3 else array
        if array.ndim != 4 or array.shape[3] != 1 or len(np.unique(array[array != 0])) > 1:
            raise ValueError("not (n, height, width) with 0 and one other value")
        return mask_field(array.shape[1:]), (array != 0).astype(np.uint8)
    if kind == "vector":
        if array.ndim != 2:
            raise ValueError("not (n, length)")
        return vector_field(array.shape[1]), array.astype(np.float32)
    images = MemorySource(key, array, values=values)
    return images.fields["image"], images.images


def open(argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT) -> Source:
    """Opens an .npz file, or an .npy file with an array of images.

    Arrays are found by name. Those of a split are `x_train`, `train_images`, `images_train` and
    the like with `y_train`, `train_labels`, `labels_train`; "test" also takes `val` and `valid`.
    A file without splits has `images`, `x` or `X`, with `labels`, `y` or `Y`, and counts as
    "train". Labels are optional, and so is `classes`, an array of their names.

    A file with `input` or `input_train` holds several fields, see `ArraysSource`; `NAME_names` are
    the names of the classes of the field NAME. Arrays ending in `_train` and `_test` belong to that
    split, others to "train".

    Args:
      argument: path of the file, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test".
      values: how images are read.

    Raises:
      UserError: if the file is missing or damaged, holds no images under these names or pickled
        objects, which are never loaded, or an array has an unsupported shape or range.
    """
    path = resolve("npz", argument, data_dir)
    check_split(str(path), split, tuple(_ALIASES))
    try:
        with builtins.open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                if path.suffix != ".npy":
                    raise UserError(
                        f"{path}: one array, not an .npz file; write it with numpy.savez"
                    )
                check_split(str(path), split, ("train",))
                return _named(MemorySource(str(path), archive, values=values), path)
            if {"input", f"input_{split}"} & set(archive.files):
                return _arrays(path, archive, split, values)
            key, labels_key = _keys(path, archive.files, split)
            images = archive[key]
            labels = archive[labels_key] if labels_key in archive.files else None
            classes = archive["classes"].tolist() if "classes" in archive.files else ()
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"{path}: {_reason(error)}") from error
    if classes and not all(isinstance(c, str) for c in classes):
        raise UserError(f"{path}: `classes` must be a list of texts, one name for each class")
    # The name includes the array, so that errors say which array is wrong.
    return _named(MemorySource(f"{path}[{key}]", images, labels, classes, values=values), path)


def _named(source, path):
    source.name = path.stem
    return source


def _arrays(path, archive, split, values):
    names = {
        key.removesuffix("_names"): tuple(map(str, archive[key].tolist()))
        for key in archive.files
        if key.endswith("_names")
    }
    mine = [key for key in archive.files if key.endswith(f"_{split}")]
    if not mine:
        check_split(str(path), split, ("train",))
        mine = [key for key in archive.files if not key.endswith("_names")]
    arrays = {key.removesuffix(f"_{split}"): archive[key] for key in sorted(mine)}
    return ArraysSource(path.stem, arrays, names, path, values)


def _listed(found):
    return ", ".join(f"{name} {value}" for name, value in found.items())


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
        # NumPy treats every file that is neither .npy nor zip as a pickle.
        return "not an .npz file; write it with numpy.savez"
    return f"cannot be read ({text}); write it again with numpy.savez"
