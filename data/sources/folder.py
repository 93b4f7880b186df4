"""Folders of image files."""

import contextlib
import hashlib
import os
from pathlib import Path

import numpy as np

from data.folders.layout import folders_in, left_out, split_folders
from data.folders.listing import about, checked, count_images, list_folder
from data.image_source import ImageSource
from data.reading.image_files import ImageFiles
from data.reading.values import EIGHT_BIT, Values
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import UserError

_MEASURED = 5000  # Approximate number of files whose sizes are part of the fingerprint.


class FolderSource(ImageSource):
    """Image files, decoded as they are read.

    Attributes:
      shape: common size, from the headers of a sample, and the largest number of channels in the
        sample (gray images among coloured ones become RGB); None if sizes differ.
      channels: that number of channels, also if `shape` is None.
      mixed: two files of different size, as text for a message; None if all have one size.
      notes: see `data.reading.image_files.ImageFiles`.
    """

    def __init__(
        self,
        name,
        root,
        files,
        labels=None,
        classes=(),
        values=EIGHT_BIT,
        *,
        passed_over=(),
        notes=(),
    ):
        """Reads a sample of the headers.

        Args:
          name: short name.
          root: folder that `files` are relative to.
          files: relative paths, in the order of the examples.
          labels: integer (n,), or (n, attributes), or None.
          classes: names of the classes or attributes.
          values: how the files are read.
          passed_over: file extension -> number of files in the folder that are not read.
          notes: further notes for the user, one line each.

        Raises:
          UserError: if none of the sampled files is an image.
        """
        self.name = name
        self.classes = tuple(classes)
        root, self._names = os.fspath(root), tuple(map(os.fspath, files))
        self._files = ImageFiles(name, [os.path.join(root, file) for file in files], values)
        if labels is not None:
            labels = self._files.of_pages(labels)
        self._labels = np.full(len(self), -1) if labels is None else np.asarray(labels, np.int64)
        self.label_shape = self._labels.shape[1:]
        field = self._files.field
        self.passed_over = dict(passed_over)
        self.mixed = self._files.mixed
        self.notes = (*self._files.notes, *about(self.passed_over), *notes)
        self.shape, self.channels = None if self.mixed else field.shape, field.shape[2]
        self.dtype, self.value_range = field.dtype, field.range

    def __len__(self) -> int:
        """Number of images."""
        return len(self._files)

    def fingerprint(self) -> str:
        """See `Source.fingerprint`; also depends on all file names and some thousands of sizes."""
        digest = hashlib.sha256(super().fingerprint().encode())
        digest.update("\0".join(self._names).encode(errors="surrogateescape"))
        for index in range(0, len(self), max(1, len(self) // _MEASURED)):
            with contextlib.suppress(OSError):  # A missing file is reported when it is read.
                digest.update(str(os.stat(self.where(index)).st_size).encode())
        return digest.hexdigest()

    def example(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Returns the image, (height, width, channels), and its label or -1."""
        return self._files.read(index), self._labels[index]

    def where(self, index: int) -> str:
        """Returns the path of the file."""
        return self._files.path(index)

    def encoded(self, index: int) -> bytes:
        """Returns the content of the file."""
        return Path(self.where(index)).read_bytes()

    def labels(self) -> np.ndarray:
        """Returns the labels, int64 (n, ...), -1 where there is none."""
        return self._labels


def open(
    argument: str,
    *,
    data_dir: str | None,
    split: str,
    values: Values = EIGHT_BIT,
    layout: str | None = None,
) -> ImageSource:
    """Opens a folder of images.

    Images directly in it have no labels. If it holds folders instead, each is a class, with all
    images below it at any depth. If it has folders named train, test or val, these are splits
    ("test" takes val if there is no test), each laid out as above with the same classes. Without
    them all images are "train". The order is that of the relative paths and does not depend on the
    file system. Hidden files and files that are not images are skipped.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test".
      values: how the files are read.
      layout: "classes" or "splits", to decide what the subfolders are, whatever their names.

    Raises:
      UserError: if there is no such folder or no image in it, there are images beside class
        folders, the folder of a class is empty in the split "train" or where there are no splits,
        or there are both folders named like splits and other folders with images.
    """
    root = resolve("folder", argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file, not a folder; give the folder that holds the images")
    name = root.resolve().name or "folder"
    splits = split_folders(root, layout, count_images)
    if not splits:
        check_split(str(root), split, ("train",))
        found = checked(root, list_folder(root))
        classes = _class_names(root, found.files)
        if classes:
            _check_filled(root)
        return _source(name, root, found, classes, values)
    if split == "test" and "test" not in splits and "val" in splits:
        split = "val"
    check_split(str(root), split, sorted(splits))
    # Classes come from all splits, so that label k means the same class in each.
    found = {part: checked(folder, list_folder(folder)) for part, folder in splits.items()}
    classes = sorted(
        {c for part, there in found.items() for c in _class_names(splits[part], there.files)}
    )
    if classes and split == "train":
        _check_filled(splits[split])
    notes = left_out(root, splits, count_images)
    return _source(name, splits[split], found[split], classes, values, notes)


def _source(name, root, listing, classes, values, notes=()):
    labels, passed_over = _labels(listing.files, classes), listing.passed_over
    return FolderSource(
        name, root, listing.files, labels, classes, values, passed_over=passed_over, notes=notes
    )


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


def _check_filled(root: Path) -> None:
    """A class would vanish without a word if its folder were forgotten to be filled."""
    for name in folders_in(root):
        if not any((root / name).iterdir()):
            raise UserError(f"{root / name}: the folder is empty; put images into it or remove it")


def _labels(files: list[str], classes: list[str]) -> list[int] | None:
    if not classes:
        return None
    number = {name: k for k, name in enumerate(classes)}
    return [number[path.split(os.sep, 1)[0]] for path in files]
