"""Files of several folders that belong together: those of one name, whatever their endings."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from data.folders.listing import checked, list_folder
from tfgan_kit.errors import UserError

_SHOWN = 5


def matched(folders: Mapping[str, Path]) -> tuple[dict[str, list[str]], Counter]:
    """Lists folders in which files of one name, without its ending, belong together.

    Args:
      folders: any names -> the folders; files can be in folders in them.

    Returns:
      The names -> the paths of the files, example by example, and ending -> number of files that
      are passed over.

    Raises:
      UserError: if a folder has no images, a file has no partner (the first five are named), or two
        files in a folder have one name.
    """
    listings = {name: checked(folder, list_folder(folder)) for name, folder in folders.items()}
    found = {name: _by_stem(folders[name], there.files) for name, there in listings.items()}
    passed_over = sum((Counter(there.passed_over) for there in listings.values()), Counter())
    everywhere = sorted(set().union(*found.values()), key=lambda stem: stem.split(os.sep))
    alone = [stem for stem in everywhere if any(stem not in files for files in found.values())]
    if alone:
        raise UserError(_without_partner(alone, found, folders))
    return {n: [files[stem] for stem in everywhere] for n, files in found.items()}, passed_over


def _by_stem(folder: Path, names: list[str]) -> dict[str, str]:
    files = {}
    for file in names:
        stem = os.path.splitext(file)[0]
        if stem in files:
            raise UserError(
                f"{folder}: both {os.path.basename(files[stem])} and {file} are called {stem}; "
                "rename one, or take it away"
            )
        files[stem] = os.fspath(folder / file)
    return files


def _without_partner(alone, found, folders):
    def names(stem):
        has = next(name for name, files in found.items() if stem in files)
        return has, next(name for name, files in found.items() if stem not in files)

    if len(alone) == 1:
        has, lacks = names(alone[0])
        return (
            f"{found[has][alone[0]]} has no partner in {folders[lacks]}; add {alone[0]}.*, or take "
            "the file away"
        )
    shown = []
    for stem in alone[:_SHOWN]:
        has, lacks = names(stem)
        shown.append(f"{found[has][stem]} (not in {folders[lacks].name})")
    rest = f" and {len(alone) - _SHOWN} more" if alone[_SHOWN:] else ""
    return (
        f"{len(alone)} files have no partner: {', '.join(shown)}{rest}; add the missing ones, or "
        "take these away"
    )
