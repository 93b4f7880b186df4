"""Folders of what belongs together: `paired:PATH`, with a folder for each field."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.folders.layout import is_split, left_out, split_folders
from data.folders.listing import about, checked, list_folder
from data.reading.decode import header
from data.reading.image_files import ImageFiles
from data.reading.label_maps import decode_ids, decode_mask
from data.reading.native import array_header, is_array, load_array
from data.reading.values import EIGHT_BIT, Values
from data.source import BadExample, Source
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, ids_field, mask_field, vector_field

_SURVEY = 100  # Label maps that are read at opening where no file names the classes.
_LAYOUT = "a folder for each field, such as input and target, with files of the same names"


class PairedSource(Source):
    """Examples whose fields lie in folders, under one file name in each.

    The first word of a folder's name, up to a "_", says what is in it: "ids" label maps, "mask"
    masks, "vector" .npy files of numbers; everything else holds images.

    Args:
      name: short name.
      root: the folder of the folders.
      values: how images are read.

    Raises:
      UserError: if there are fewer than two folders, a file has no partner, or nothing in a folder
        can be read.
    """

    def __init__(self, name: str, root: Path, values: Values):
        self.name, self.fields, self._decode = name, {}, {}
        files, self.passed_over = _matched(root)
        self.notes = about(self.passed_over)
        self._paths = files
        for field, paths in files.items():
            self.fields[field], self._decode[field] = self._opened(field, paths, root, values)
        sizes = {f.size for f in self.fields.values() if f.has_size}
        if len(sizes) > 1:
            # Of maps the sizes are not known; of images, one that differs is told when it is read.
            self.fields = {n: _unsized(f) for n, f in self.fields.items()}

    def __len__(self):
        return len(next(iter(self._paths.values())))

    def read(self, index):
        """See `Source.read`."""
        return {name: decode(index) for name, decode in self._decode.items()}

    def where(self, index):
        """Returns the path of the first field's file."""
        return next(iter(self._paths.values()))[index]

    def _opened(self, name, paths, root, values) -> tuple[Field, Callable]:
        kind = name.partition("_")[0]
        if kind == "vector":
            vectors = [load_array(path) for path in paths]
            shapes = {vector.shape for vector in vectors}
            if len(shapes) > 1 or vectors[0].ndim != 1:
                shape = next(iter(shapes))
                raise UserError(
                    f"{root / name}: its files hold arrays of shape {shape} and others; vectors "
                    "have one length"
                )
            return vector_field(*shapes.pop()), lambda k: vectors[k].astype(np.float32)
        if kind in ("ids", "mask"):
            decode = decode_ids if kind == "ids" else decode_mask
            size = _size(paths)
            if kind == "mask":
                field = mask_field((*size, 1))
            else:
                field = ids_field(size, _names(root / f"{name}.txt", paths))
            return field, lambda k: decode(paths[k])
        images = ImageFiles(f"{self.name} {name}", paths, values)
        self.mixed, self.notes = self.mixed or images.mixed, (*self.notes, *images.notes)
        return images.field, images.read


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> PairedSource:
    """Opens a folder with a folder for each field, or with such folders in train, test or val.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: see `PairedSource`; or if there is no such folder or split.
    """
    root = resolve("paired", argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file; give {_LAYOUT}")
    if values.pages == "examples":
        raise UserError(f"{root}: --pages examples is not for paired files; join or split them")
    name = root.resolve().name
    # A field may be called test, too: a split holds the folders of its fields, a field files.
    splits = split_folders(root, "splits") if is_split(root) else {}
    if not splits:
        check_split(str(root), split, ("train",))
        return PairedSource(name, root, values)
    if split == "test" and "test" not in splits and "val" in splits:
        split = "val"
    check_split(str(root), split, sorted(splits))
    source = PairedSource(name, splits[split], values)
    source.notes = (*source.notes, *left_out(root, splits))
    return source


def _matched(root: Path) -> tuple[dict[str, list[str]], Counter]:
    """Name of each folder -> its files, in the same order; and what was passed over."""
    folders = sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
    if len(folders) < 2:
        raise UserError(f"{root}: {len(folders)} folders in it; a paired set is {_LAYOUT}")
    listings = {folder: checked(folder, list_folder(folder)) for folder in folders}
    found = {folder.name: _by_stem(folder, there.files) for folder, there in listings.items()}
    passed_over = sum((Counter(there.passed_over) for there in listings.values()), Counter())
    everywhere = sorted(set().union(*found.values()), key=lambda stem: stem.split(os.sep))
    for stem in everywhere:
        lacking = [name for name, files in found.items() if stem not in files]
        if lacking:
            has = next(name for name in found if name not in lacking)
            raise UserError(
                f"{found[has][stem]} has no partner in {root / lacking[0]}; add {stem}.*, or take "
                "the file away"
            )
    matched = {name: [files[stem] for stem in everywhere] for name, files in found.items()}
    return matched, passed_over


def _by_stem(folder: Path, names: list[str]) -> dict[str, str]:
    files = {}
    for file in names:
        stem = os.path.splitext(file)[0]
        if stem in files:
            raise UserError(f"{folder}: both {files[stem]} and {file} are called {stem}")
        files[stem] = os.fspath(folder / file)
    return files


def _size(paths) -> tuple[int | None, int | None]:
    """The size of the first file whose header can be read."""
    for path in paths:
        try:
            return (array_header if is_array(path) else header)(path)[:2]
        except BadExample:
            continue
    return None, None


def _names(listing: Path, paths) -> tuple[str, ...]:
    """The classes' names, one in each line of a file, or else the numbers up to the largest."""
    if listing.is_file():
        text = listing.read_text("utf-8-sig", "surrogateescape")
        return tuple(filter(None, map(str.strip, text.split("\n"))))
    largest = 0
    for path in [paths[k] for k in np.unique(np.linspace(0, len(paths) - 1, _SURVEY).astype(int))]:
        try:
            largest = max(largest, int(decode_ids(path).max()))
        except BadExample:
            continue  # told when it is its turn to be read
    return tuple(str(k) for k in range(largest + 1))


def _unsized(field: Field) -> Field:
    return field.resized((None, None)) if field.has_size else field
