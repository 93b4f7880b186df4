"""Pairs side by side in one image each: `aligned:PATH`, the layout of pix2pix.

Isola et al., arXiv:1611.07004: A, the left half, is "input" and B, the right half, is "target".
"""

from pathlib import Path

import numpy as np

from data.folders.layout import left_out, split_folders
from data.folders.listing import about, checked, count_images, list_folder
from data.folders.repeated import repeated
from data.reading.image_files import ImageFiles
from data.reading.values import EIGHT_BIT, Values
from data.source import BadExample, Source
from data.sources.locate import check_split, resolve
from data.sources.paired.places import existing
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field

_LAYOUT = "a folder of images with two halves side by side, or one with train, test or val"


class AlignedSource(Source):
    """Images of width 2 W, of which each half, (height, W, channels), is a field.

    Args:
      name: short name.
      files: the images.

    Raises:
      UserError: if all have the same odd width.
    """

    def __init__(self, name: str, files: ImageFiles):
        self.name, self._files = name, files
        self.mixed, self.notes = files.mixed, files.notes
        height, width = files.field.size
        if width is not None and width % 2:
            raise UserError(_odd(files.path(0), width))
        half: Field = files.field.resized((height, width and width // 2))
        self.fields = {"input": half, "target": half}

    def __len__(self):
        return len(self._files)

    def read(self, index):
        """Returns the halves; raises BadExample if the width is odd."""
        image = self._files.read(index)
        width = image.shape[1]
        if width % 2:
            raise BadExample(_odd(self.where(index), width))
        left, right = np.split(image, 2, axis=1)
        return {"input": left, "target": right}

    def where(self, index):
        """Returns the path of the file."""
        return self._files.path(index)


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> AlignedSource:
    """Opens the images directly in a folder, or in its folders train, test and val, at any depth.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, no image in it, or its width is odd.
    """
    root = resolve("aligned", argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file; give {_LAYOUT}")
    splits = _splits(root)
    split = existing(split, splits)
    check_split(str(root), split, sorted(splits))
    folder, notes = splits[split], ()
    if splits != {"train": root}:
        notes = left_out(root, splits, count_images)
        other = splits.get(existing("test", splits))
        if split == "train" and other:
            notes += repeated(folder, other)
    found = checked(folder, list_folder(folder))
    name = root.resolve().name
    paths = [str(folder / file) for file in found.files]
    source = AlignedSource(name, ImageFiles(name, paths, values))
    source.passed_over = found.passed_over
    source.notes = (*source.notes, *about(found.passed_over), *notes)
    return source


def _splits(root: Path) -> dict[str, Path]:
    """Name of each split -> its folder; without such folders, all images are "train"."""
    # Folders beside the splits cannot be classes.
    return split_folders(root, None, lambda folder: 0) or {"train": root}


def _odd(path, width):
    return (
        f"{path}: {width} pixels wide, but two halves of equal width need an even number; crop or "
        "scale it, or give the halves as paired:PATH"
    )
