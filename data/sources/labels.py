"""Image files with a table of their attributes, labels.csv."""

from data.folders.listing import list_folder
from data.folders.table import TABLE, read_table
from data.reading.values import EIGHT_BIT, Values
from data.sources.folder import FolderSource
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import NotFound, UserError

_SPLITS = ("train", "test")
_SHOWN = 3  # Files that a message names.


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FolderSource:
    """Opens a folder of images with their attributes.

    See `data.folders.table.read_table` for the table. Images that are not in it are left out, which
    a note says.

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
    _check_there(folder / TABLE, files)
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


def _check_there(path, files):
    lost = [file for file in files if not (path.parent / file).is_file()]
    if lost:
        what = "file does" if len(lost) == 1 else "files do"
        raise UserError(
            f"{path}: {len(lost)} of its {len(files)} {what} not exist beside it: {_first(lost)}; "
            "correct the names, which are relative to its folder"
        )
