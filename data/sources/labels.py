"""Image files with a table of their attributes, labels.csv."""

import csv
from pathlib import Path

import numpy as np

from data.folders.listing import list_folder
from data.reading.values import EIGHT_BIT, Values
from data.sources.folder import FolderSource
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import NotFound, UserError

TABLE = "labels.csv"
_SPLITS = ("train", "test")
_SHOWN = 3  # Files that a message names.


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FolderSource:
    """Opens a folder of images with their attributes.

    The table's first line is `file` and the names of the attributes; each further line is a path
    relative to the table's folder and a value per attribute: 0 or 1, -1 or 1, or nothing where it
    is unknown. Images that are not in the table are left out, which a note says.

    Args:
      argument: path of a folder with images and `TABLE`, or with folders train and test that have
        these; from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test".
      values: how the files are read.

    Raises:
      UserError: if there is no such folder or table, or it is not as described, or names files that
        do not exist.
    """
    root = resolve("labels", argument, data_dir)
    folder = root
    if (root / TABLE).is_file():
        check_split(str(root), split, ("train",))
    else:
        there = [name for name in _SPLITS if (root / name / TABLE).is_file()]
        if not there:
            raise NotFound(
                f"{root}: there is no {TABLE} in it, nor in a folder train or test in it; write "
                "one whose first line is file and the names of the attributes"
            )
        check_split(str(root), split, there)
        folder = root / split
    names, files, labels = read_table(folder / TABLE)
    found = list_folder(folder)
    notes = _left_out(folder, sorted(set(found.files) - set(files)))
    return FolderSource(
        root.resolve().name or "labels",
        folder,
        files,
        labels,
        names,
        values,
        passed_over=found.passed_over,
        notes=notes,
    )


def _left_out(folder, files):
    """A note on images that the table lacks, as a tuple of at most one line."""
    if not files:
        return ()
    what = "image is" if len(files) == 1 else "images are"
    return (f"{folder}: {len(files)} {what} not in {TABLE} and left out: {_first(files)}",)


def _first(files):
    return ", ".join(files[:_SHOWN]) + (", ..." if files[_SHOWN:] else "")


def read_table(path: Path) -> tuple[tuple[str, ...], list[str], np.ndarray]:
    """Reads a table of attributes; see `open`.

    Args:
      path: the table.

    Returns:
      The names of the attributes, the files in their order, and int64 (files, attributes), 0 or 1,
      or -1 where a value is unknown.

    Raises:
      UserError: see `open`.
    """
    text = path.read_text("utf-8-sig", "surrogateescape")
    first, *rows = [row for row in csv.reader(text.splitlines()) if any(row)] or [[]]
    first = [name.strip() for name in first]
    if len(first) < 2 or first[0] != "file" or not all(first):
        raise UserError(f"{path}: line 1 must be file and the names of attributes, with commas")
    names = tuple(first[1:])
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UserError(f"{path}: line 1 has the attribute {twice} twice; rename one")
    if not rows:
        raise UserError(f"{path}: has no line for any image; add some")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(first):
            raise UserError(
                f"{path}: line {number} ({row[0]}) has {len(row)} values, but line 1 has "
                f"{len(first)} names; give one for each"
            )
    files = [row[0].strip() for row in rows]
    _check_files(path, files)
    cells = np.array([[cell.strip() for cell in row[1:]] for row in rows])
    return names, files, _numbers(path, names, files, cells)


def _check_files(path, files):
    if len(set(files)) < len(files):
        twice = next(file for file in files if files.count(file) > 1)
        raise UserError(f"{path}: has two lines for {twice}; leave one out")
    lost = [file for file in files if not (path.parent / file).is_file()]
    if lost:
        what = "file does" if len(lost) == 1 else "files do"
        raise UserError(
            f"{path}: {len(lost)} of its {len(files)} {what} not exist beside it: {_first(lost)}; "
            "correct the names, which are relative to its folder"
        )


def _numbers(path, names, files, cells):
    """The values of the cells, checked."""
    wrong = ~np.isin(cells, ("0", "1", "-1", ""))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise UserError(
            f"{path}: {files[row]} has {str(cells[row, column])!r} for {names[column]}; give 1, "
            "and 0 or -1, or nothing if it is unknown"
        )
    both = [value for value in ("0", "-1") if (cells == value).any()]
    if len(both) == 2:
        raise UserError(f"{path}: has both 0 and -1; write one of them for what does not apply")
    return np.where(cells == "", -1, (cells == "1").astype(np.int64))
