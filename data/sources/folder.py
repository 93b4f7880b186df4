"""Folders of image files."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.reading.decode import decode, probe
from data.source import BadExample, Source
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
# Headers read at opening, however many files there are: about a tenth of a second.
_SURVEY = 1000


class FolderSource(Source):
    """Image files, decoded as they are read.

    Attributes:
      shape: common size, from the headers of up to 1000 evenly spread files, with 3 channels if
        any of these is in colour (grey images among them then come as RGB); None if sizes differ.
      channels: 3 if any image looked at is in colour, else 1; known also where `shape` is None.
      mixed: two files of different size, as text for a message; None if all have one size.
    """

    def __init__(self, name, root, files, labels=None, classes=()):
        """Looks at a sample of the headers.

        Args:
          name: short name.
          root: folder that `files` are relative to.
          files: relative paths, in the order of the examples.
          labels: integer (n,), or None.
          classes: names of the classes.

        Raises:
          UserError: if none of the files looked at is an image.
        """
        self.name = name
        self.classes = tuple(classes)
        self._root = os.fspath(root)
        self._files = files
        self._labels = np.full(len(files), -1) if labels is None else np.asarray(labels, np.int64)
        self.shape, self.channels, self.mixed = self._survey()

    def __len__(self) -> int:
        """Number of images."""
        return len(self._files)

    def example(self, index: int) -> tuple[np.ndarray, int]:
        """Returns the image, uint8 (height, width, 1 or 3), and its label or -1."""
        image = decode(self.where(index))
        if self.channels == 3 and image.shape[2] == 1:
            image = np.repeat(image, 3, axis=2)
        return image, int(self._labels[index])

    def where(self, index: int) -> str:
        """Returns the path of the file."""
        return os.path.join(self._root, self._files[index])

    def encoded(self, index: int) -> bytes:
        """Returns the content of the file."""
        return Path(self.where(index)).read_bytes()

    def labels(self) -> np.ndarray:
        """Returns the labels, int64 (n,), -1 where there is none."""
        return self._labels

    def _survey(self) -> tuple[tuple[int, int, int] | None, int, str | None]:
        count = min(len(self), _SURVEY)
        sizes: dict[tuple[int, int], int] = {}
        channels, problem = 1, None
        for index in np.unique(np.linspace(0, len(self) - 1, count).astype(int)).tolist():
            try:
                height, width, depth = probe(self.where(index))
            except BadExample as error:
                problem = problem or error
                continue
            sizes.setdefault((height, width), index)
            channels = max(channels, depth)
        if not sizes:
            raise UserError(f"{self.name}: none of its files can be read, starting with {problem}")
        if len(sizes) == 1:
            return (*next(iter(sizes)), channels), channels, None
        two = list(sizes.items())[:2]
        mixed = " and ".join(f"{self.where(i)} is {width}x{height}" for (height, width), i in two)
        return None, channels, mixed


def open(argument: str, *, data_dir: str | None, split: str) -> Source:
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

    Raises:
      UserError: if there is no such folder or no image in it, or images lie beside class folders.
    """
    root = resolve("folder", argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file, not a folder; give the folder that holds the images")
    name = root.resolve().name or "folder"
    splits = _split_folders(root)
    if not splits:
        check_split(str(root), split, ("train",))
        files = list_images(root)
        classes = _class_names(root, files)
        return FolderSource(name, root, files, _labels(files, classes), classes)
    if split == "test" and "test" not in splits and "val" in splits:
        split = "val"
    check_split(str(root), split, sorted(splits))
    # Classes come from all splits: label k must mean the same class in each.
    found = {part: list_images(folder) for part, folder in splits.items()}
    classes = sorted(
        {c for part, files in found.items() for c in _class_names(splits[part], files)}
    )
    files = found[split]
    return FolderSource(name, splits[split], files, _labels(files, classes), classes)


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


def _split_folders(root: Path) -> dict[str, Path]:
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
