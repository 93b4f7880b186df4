"""Whether the subfolders of a folder are classes, or splits such as train and test."""

import os
from pathlib import Path

from tfgan_kit.errors import UserError

_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}

LAYOUTS = ("classes", "splits")


def is_split(root: Path) -> bool:
    """Whether a folder has subfolders named like splits, one of which contains folders."""
    named = [name for name in folders_in(root) if name.lower() in _SPLITS]
    return any(folders_in(root / name) for name in named)


def split_folders(root: Path, layout: str | None, count=None) -> dict[str, Path]:
    """Returns the folders of the available splits, "train", "test" or "val", by name.

    A class may have the name of a split: a folder with bus/, car/ and train/ can be read in two
    ways.

    Args:
      root: the folder.
      layout: one of `LAYOUTS`, if the user has chosen one; None to detect it.
      count: function from a folder to the number of its images, for detecting the layout.

    Raises:
      UserError: if the folder can be read in two ways and `layout` is None, two folders are the
        same split, or `layout` is "splits" and there is no folder of a split.
    """
    folders = folders_in(root)
    named = [name for name in folders if name.lower() in _SPLITS]
    if layout == "classes":
        return {}
    if layout == "splits" and not named:
        raise UserError(f"{root}: no folder in it is called train, test or val; write {root}")
    if named and layout is None:
        others = {name: n for name in folders if name not in named and (n := count(root / name))}
        if others:
            _ambiguous(root, {name: count(root / name) for name in named}, others)
    found = {}
    for name in named:
        split = _SPLITS[name.lower()]
        if split in found:
            raise UserError(
                f"{root}: {found[split].name} and {name} are both the split {split}; join them, or "
                f"write classes:{root} if they are classes"
            )
        found[split] = root / name
    return found


def left_out(
    root: Path, splits: dict[str, Path], count=None, what: str = "splits"
) -> tuple[str, ...]:
    """A note on what is beside the folders of the splits, as a tuple of at most one line.

    Args:
      root: the folder of the splits.
      splits: see `split_folders`.
      count: see `split_folders`; without it, all folders are reported, and no files.
      what: what the folders are, if not splits.
    """
    taken = {folder.name for folder in splits.values()}
    others = [name for name in folders_in(root) if name not in taken]
    if count is not None:
        others = [name for name in others if count(root / name)]
        with os.scandir(root) as entries:
            others += sorted(
                e.name
                for e in entries
                if e.is_file() and e.name.lower().endswith((".png", ".jpg", ".jpeg"))
            )
    if not others:
        return ()
    shown = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if others[4:] else "")
    return (f"{root}: left out beside its {what}: {shown}",)


def folders_in(root: Path) -> list[str]:
    """Returns the sorted names of the subfolders, without hidden ones."""
    with os.scandir(root) as entries:
        return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))


def _ambiguous(root, named, others):
    many, part = len(named) + len(others), sum(named.values())
    raise UserError(
        f"{root} can be read in two ways: as {many} classes ({part + sum(others.values())} images),"
        f" or as the split{'s' * (len(named) > 1)} {_listed(named)} without {_listed(others)}; "
        f"write classes:{root} or splits:{root}"
    )


def _listed(counts, most=4):
    shown = [f"{name} ({count} images)" for name, count in list(counts.items())[:most]]
    if len(counts) > most:
        left = sum(list(counts.values())[most:])
        shown.append(f"{len(counts) - most} more ({left} images)")
    return ", ".join(shown[:-1]) + (" and " if shown[1:] else "") + shown[-1]
