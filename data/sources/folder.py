"""Folders of image files."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.reading.image_files import ImageFiles
from data.reading.values import EIGHT_BIT, Values
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import UserError

EXTENSIONS = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".bmp",
        ".webp",
        ".tif",
        ".tiff",
        ".gif",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".avif",
        ".npy",
    }
)
_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}


class FolderSource(ImageSource):
    """Image files, decoded as they are read.

    Attributes:
      shape: common size, from the headers of a sample, with the largest number of channels of any
        of these (gray images among coloured ones then come as RGB); None if sizes differ.
      channels: that number; known also where `shape` is None.
      mixed: two files of different size, as text for a message; None if all have one size.
      notes: see `data.reading.image_files.ImageFiles`.
    """

    def __init__(self, name, root, files, labels=None, classes=(), values=EIGHT_BIT):
        """Looks at a sample of the headers.

        Args:
          name: short name.
          root: folder that `files` are relative to.
          files: relative paths, in the order of the examples.
          labels: integer (n,), or None.
          classes: names of the classes.
          values: how the files are read.

        Raises:
          UserError: if none of the files looked at is an image.
        """
        self.name = name
        self.classes = tuple(classes)
        root = os.fspath(root)
        self._files = ImageFiles(name, [os.path.join(root, file) for file in files], values)
        if labels is not None:
            labels = self._files.of_pages(labels)
        self._labels = np.full(len(self), -1) if labels is None else np.asarray(labels, np.int64)
        field = self._files.field
        self.mixed, self.notes = self._files.mixed, self._files.notes
        self.shape, self.channels = None if self.mixed else field.shape, field.shape[2]
        self.dtype, self.value_range = field.dtype, field.range

    def __len__(self) -> int:
        """Number of images."""
        return len(self._files)

    def example(self, index: int) -> tuple[np.ndarray, int]:
        """Returns the image, (height, width, channels), and its label or -1."""
        return self._files.read(index), int(self._labels[index])

    def where(self, index: int) -> str:
        """Returns the path of the file."""
        return self._files.path(index)

    def encoded(self, index: int) -> bytes:
        """Returns the content of the file."""
        return Path(self.where(index)).read_bytes()

    def labels(self) -> np.ndarray:
        """Returns the labels, int64 (n,), -1 where there is none."""
        return self._labels


def open(
    argument: str,
    *,
    data_dir: str | None,
    split: str,
    values: Values = EIGHT_BIT,
) -> ImageSource:
    """Opens a folder of images.

    Images directly in it have no labels. If it holds folders instead, each is a class, with all
    images below it at any depth. If it has folders named train, test or val, these are splits
    ("test" takes val if there is no test), each laid out as above with the same classes. Without
    them all images are "train". Order is that of the relative paths, so no matter of the file
    system. Hidden files and files that are not images are passed over.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test".
      values: how the files are read.

    Raises:
      UserError: if there is no such folder or no image in it, or images lie beside class folders.
    """
    root = resolve("folder", argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file, not a folder; give the folder that holds the images")
    name = root.resolve().name or "folder"
    splits = split_folders(root)
    if not splits:
        check_split(str(root), split, ("train",))
        files = list_images(root)
        classes = _class_names(root, files)
        return FolderSource(name, root, files, _labels(files, classes), classes, values)
    if split == "test" and "test" not in splits and "val" in splits:
        split = "val"
    check_split(str(root), split, sorted(splits))
    # Classes come from all splits: label k must mean the same class in each.
    found = {part: list_images(folder) for part, folder in splits.items()}
    classes = sorted(
        {c for part, files in found.items() for c in _class_names(splits[part], files)}
    )
    files = found[split]
    return FolderSource(name, splits[split], files, _labels(files, classes), classes, values)


def list_images(root: Path) -> list[str]:
    """Returns the paths of all images at any depth below `root`, relative to it and sorted.

    Raises:
      UserError: if there is none; says what is there instead.
    """
    others: Counter[str] = Counter()
    files = []
    for path in _walk(os.fspath(root), "", set()):
        extension = os.path.splitext(path)[1].lower()
        if extension in EXTENSIONS:
            files.append(path)
        else:
            others[extension or "files without extension"] += 1
    if not files:
        found = ", ".join(f"{count} {kind}" for kind, count in others.most_common(4))
        raise UserError(
            f"{root}: no images in it, only {found}; give a folder of .png, .jpg or the like"
            if found
            else f"{root}: the folder is empty; put images into it"
        )
    # By components, so that a folder's files stay together whatever the separator sorts like.
    return sorted(files, key=lambda path: path.split(os.sep))


def _walk(root: str, below: str, seen: set[str]) -> Iterator[str]:
    folder = os.path.join(root, below)
    real = os.path.realpath(folder)
    if real in seen:  # a symbolic link that leads back
        return
    seen.add(real)
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = os.path.join(below, entry.name)
                if entry.is_dir():
                    yield from _walk(root, path, seen)
                else:
                    yield path
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}; check its permissions") from error


def split_folders(root: Path) -> dict[str, Path]:
    """Returns the folders of the splits that there are, "train", "test" or "val", by name."""
    with os.scandir(root) as entries:
        folders = [entry.name for entry in entries if entry.is_dir()]
    return {_SPLITS[f.lower()]: root / f for f in sorted(folders) if f.lower() in _SPLITS}


def _class_names(root: Path, files: list[str]) -> list[str]:
    tops = [path.split(os.sep, 1)[0] if os.sep in path else None for path in files]
    names = sorted({top for top in tops if top is not None})
    if names and None in tops:
        stray = files[tops.index(None)]
        raise UserError(
            f"{root}: holds images ({stray}) beside folders of images ({names[0]}); folders are"
            " classes, so move every image into one, or give one of the folders"
        )
    return names


def _labels(files: list[str], classes: list[str]) -> list[int] | None:
    if not classes:
        return None
    number = {name: k for k, name in enumerate(classes)}
    return [number[path.split(os.sep, 1)[0]] for path in files]
