"""Tables of attributes beside images, labels.csv."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.errors import UserError

TABLE = "labels.csv"


def read_table(path: Path) -> tuple[tuple[str, ...], list[str], np.ndarray]:
    """Reads a table of attributes.

    Its first line is `file` and the names of the attributes; each further line is a path relative
    to the table's folder and a value per attribute: 0 or 1, -1 or 1, or nothing where it is
    unknown.

    Args:
      path: the table.

    Returns:
      The names of the attributes, the files in their order, and int64 (files, attributes), 0 or 1,
      or -1 where a value is unknown.

    Raises:
      UserError: if it is not as described, or has two lines for a file.
    """
    text = path.read_text("utf-8-sig", "surrogateescape")
    first, *rows = [row for row in csv.reader(text.splitlines()) if any(row)] or [[]]
    first = [name.strip() for name in first]
    if len(first) < 2 or first[0] != "file" or not all(first):
        raise UserError(
            f"{path}: line 1 must be file and the names of attributes, separated by commas"
        )
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
    if len(set(files)) < len(files):
        twice = next(file for file in files if files.count(file) > 1)
        raise UserError(f"{path}: has two lines for {twice}; leave one out")
    cells = np.array([[cell.strip() for cell in row[1:]] for row in rows])
    return names, files, _numbers(path, names, files, cells)


def labels_beside(folder: Path, files: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """The attributes of files, from the table in their folder or else in the nearest above it.

    Args:
      folder: the folder.
      files: paths relative to it.
      names: the attributes.

    Returns:
      int64 (files, attributes), 0 or 1, or -1 where the table has no value or no such attribute.

    Raises:
      UserError: if there is no table, it lacks a file, or cannot be read.
    """
    whole = folder.resolve()
    place = next((p for p in (whole, *whole.parents) if (p / TABLE).is_file()), None)
    if place is None:
        raise UserError(
            f"{folder / files[0]}: its attributes are unknown, as no {TABLE} lies beside it or in "
            "a folder above; write one whose first line is file and the names of the attributes"
        )
    known, listed, values = read_table(place / TABLE)
    rows = dict(zip(listed, values, strict=True))
    own = [(whole / file).relative_to(place).as_posix() for file in files]
    lost = [file for file in own if file not in rows]
    if lost:
        more = f" and {len(lost) - 1} more" if lost[1:] else ""
        raise UserError(f"{place / TABLE}: has no line for {lost[0]}{more}; add what it shows")
    found = np.stack([rows[file] for file in own])
    unknown = np.full(len(own), -1)
    return np.stack(
        [found[:, known.index(name)] if name in known else unknown for name in names], axis=1
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
