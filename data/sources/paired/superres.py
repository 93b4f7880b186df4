"""Images with smaller versions of them: `superres:PATH`, for super-resolution."""

import dataclasses

import numpy as np

from data.reading.image_files import ImageFiles
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired.fields import FieldsSource
from data.sources.paired.matching import matched
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.errors import UserError

LARGE = "HR"
SMALL = {"LR_x2": 2, "LR_x4": 4}  # Folder -> by how much its images are smaller.
_LAYOUT = "a folder with HR and maybe LR_x2 or LR_x4 in it, with files of the same names"


class SmallFiles:
    """Images each of whose pixels is repeated in a square, so that they have the large ones' size.

    See `data.sources.paired.fields.Files`.

    Args:
      files: the small images.
      scale: side of the squares.
    """

    def __init__(self, files: ImageFiles, scale: int):
        self._files, self._scale = files, scale
        self.mixed, self.notes = files.mixed, files.notes
        large = files.field.resized(tuple(side and side * scale for side in files.field.size))
        self.field = dataclasses.replace(large, repeats=scale)

    def __len__(self):
        return len(self._files)

    def read(self, index):
        """Returns the enlarged image of an example; raises BadExample if it cannot be read."""
        image = self._files.read(index)
        return np.repeat(np.repeat(image, self._scale, axis=0), self._scale, axis=1)

    def path(self, index):
        """Returns the path of the small image of an example."""
        return self._files.path(index)


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens HR as the field "image", and LR_x2 and LR_x4, if there, as "small_x2" and "small_x4".

    Small images have the names of the large ones, or these with x2 or x4 behind them, as in DIV2K.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, a file has no partner, images with small
        versions differ in size, or a small image is not smaller by its factor.
    """
    root = folder_of("superres", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split)
    folders = place.fields("superres", (LARGE,), tuple(SMALL))
    paths, passed_over = matched(folders, {name: f"x{scale}" for name, scale in SMALL.items()})
    files = {n: ImageFiles(f"{place.name} {n}", found, values) for n, found in paths.items()}
    large, parts = files[LARGE], {"image": files[LARGE]}
    for name, scale in SMALL.items():
        if name in files:
            _check(large, files[name], scale)
            parts[f"small_x{scale}"] = SmallFiles(files[name], scale)
    return FieldsSource(place.name, parts, passed_over, place.about(folders, LARGE))


def _check(large, small, scale):
    for files in (large, small):
        if files.mixed:
            raise UserError(
                f"{files.mixed}; images with small versions need one size: cut them into tiles, or "
                "name the folder HR alone, and small images are made"
            )
    if tuple(side * scale for side in small.field.size) != tuple(large.field.size):
        sizes = [f"{p.path(0)} is {p.field.size[1]}x{p.field.size[0]}" for p in (small, large)]
        raise UserError(
            f"{sizes[0]}, but {sizes[1]}: not {scale} times as large; make the small images anew, "
            "or name the folder HR alone"
        )
