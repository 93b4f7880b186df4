"""Finds files that are in two splits."""

import filecmp
import os
from pathlib import Path

from data.folders.listing import list_folder

_COMPARED = 200  # Files, however many there are.


def repeated(train: Path, other: Path) -> tuple[str, ...]:
    """What to tell of files that are in both folders, one line or none.

    Only files of the same name, below the folder, are compared, and at most 200 of them.

    Args:
      train: the folder of the images that are trained on.
      other: that of the images that are held out.
    """
    names = list_folder(other).files
    step = max(1, -(-len(names) // _COMPARED))
    looked_at = names[::step]
    same = [name for name in looked_at if _same(train / name, other / name)]
    if not same:
        return ()
    return (
        f"{other / same[0]} is also in {train}, as are {len(same) - 1} others of the "
        f"{len(looked_at)} files looked at; what is measured on them is too good",
    )


def _same(one, two):
    try:
        if os.path.getsize(one) != os.path.getsize(two):
            return False
        return filecmp.cmp(one, two, shallow=False)
    except OSError:
        return False  # There is no such file, or reading it tells what is wrong.
