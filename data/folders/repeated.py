"""Finds files that occur in two splits."""

import filecmp
import os
from pathlib import Path

from data.folders.listing import list_folder

_COMPARED = 200  # Largest number of files to compare.


def repeated(train: Path, other: Path) -> tuple[str, ...]:
    """A note on files that are in both folders, as a tuple of at most one line.

    Only files with the same relative path are compared, and at most 200 of them.

    Args:
      train: the folder of the training images.
      other: the folder of the held-out images.
    """
    names = list_folder(other).files
    step = max(1, -(-len(names) // _COMPARED))
    looked_at = names[::step]
    same = [name for name in looked_at if _same(train / name, other / name)]
    if not same:
        return ()
    return (
        f"{other / same[0]} is also in {train}, as are {len(same) - 1} others of the "
        f"{len(looked_at)} files compared; measures on them are too good",
    )


def _same(one, two):
    try:
        if os.path.getsize(one) != os.path.getsize(two):
            return False
        return filecmp.cmp(one, two, shallow=False)
    except OSError:
        return False  # The file does not exist, or an error is reported when it is read.
