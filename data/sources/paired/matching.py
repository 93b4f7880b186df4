"""Matches the files of several folders by their names, without extensions."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from data.folders.listing import checked, list_folder
from tfgan_kit.errors import UserError

_SHOWN = 5


def matched(
    folders: Mapping[str, Path], endings: Mapping[str, str] | None = None
) -> tuple[dict[str, list[str]], Counter]:
    """Lists folders in which files with the same name, without extension, correspond.

    Args:
      folders: any names -> folders, which are read with their subfolders.
      endings: name of a folder -> what may follow the common name in its files.

    Returns:
      The names -> the paths of the files, example by example; and file extension -> number of files
      that are not read.

    Raises:
      UserError: if a folder has no images, a file has no partner (the first five are listed), or
        two files in a folder have the same name.
    """
    listings = {name: checked(folder, list_folder(folder)) for name, folder in folders.items()}
    found = {
        name: _by_stem(folders[name], there.files, (endings or {}).get(name, ""))
        for name, there in listings.items()
    }
    passed_over = sum((Counter(there.passed_over) for there in listings.values()), Counter())
    everywhere = sorted(set().union(*found.values()), key=lambda stem: stem.split(os.sep))
    alone = [stem for stem in everywhere if any(stem not in files for files in found.values())]
    if alone:
        raise UserError(_without_partner(alone, found, folders))
    return {n: [files[stem] for stem in everywhere] for n, files in found.items()}, passed_over


def _by_stem(folder: Path, names: list[str], ending: str) -> dict[str, str]:
    files = {}
    for file in names:
        stem = os.path.splitext(file)[0].removesuffix(ending)
        if stem in files:
            raise UserError(
                f"{folder}: both {os.path.basename(files[stem])} and {file} are called {stem}; "
                "rename or remove one"
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
            f"{found[has][alone[0]]} has no partner in {folders[lacks]}; add {alone[0]}.*, or "
            "remove the file"
        )
    shown = []
    for stem in alone[:_SHOWN]:
        has, lacks = names(stem)
        shown.append(f"{found[has][stem]} (not in {folders[lacks].name})")
    rest = f" and {len(alone) - _SHOWN} more" if alone[_SHOWN:] else ""
    return (
        f"{len(alone)} files have no partner: {', '.join(shown)}{rest}; add the missing ones, or "
        "remove these"
    )
