"""Finds the files of a data set, with helpful errors if they are missing."""

from collections.abc import Sequence
from pathlib import Path

from tfgan_kit.errors import NotFound, UserError, suggest
from tfgan_kit.machine.places import expanded


def locate(
    name: str,
    data_dir: str | None,
    wanted: Sequence[Sequence[str]],
    *,
    advice: str,
    folders: Sequence[str] | None = None,
) -> list[Path]:
    """Finds a data set's files in `data_dir/<name>`, or else in `data_dir` itself.

    Args:
      name: the data set's name, for messages.
      data_dir: root of the local data sets, or None if the user gave none.
      wanted: for each file, the names it may have, the usual one first.
      advice: what the user can do if a file is missing, as a clause.
      folders: folders to look in, relative to `data_dir`; by default `name` and `data_dir`.

    Returns:
      One path for each entry of `wanted`, all in the same folder.

    Raises:
      NotFound: if no folder contains any of them.
      UserError: if some are missing; the message lists them.
    """
    usual = ", ".join(names[0] for names in wanted)
    if data_dir is None:
        raise NotFound(
            f"{name}: no data directory is given; pass --data-dir (or set TFGAN_KIT_DATA) with the"
            f" folder that holds {usual}; {advice}"
        )
    root = expanded(data_dir)
    if not root.is_dir():
        raise NotFound(f"{name}: the data directory {root} does not exist; {advice}")
    folders = [root / f for f in (folders if folders is not None else (name, ""))]
    folders = [folder for folder in folders if folder.is_dir()]
    best: list[Path | None] = []
    for folder in folders:
        found = [
            next((folder / n for n in names if (folder / n).exists()), None) for names in wanted
        ]
        if all(found):
            return [path for path in found if path]
        if sum(map(bool, found)) > sum(map(bool, best)):
            best = found
    if best:
        missing = ", ".join(n[0] for n, path in zip(wanted, best, strict=True) if path is None)
        where = next(path.parent for path in best if path)
        raise UserError(f"{name}: {where} lacks {missing}; {advice}")
    where = " or ".join(str(folder) for folder in folders)
    raise NotFound(f"{name}: {usual} not found in {where}; {advice}")


def resolve(
    name: str,
    argument: str,
    data_dir: str | None,
    advice: str = "check the path, or pass --data-dir",
) -> Path:
    """Returns the existing path that `argument` refers to.

    A relative path is looked up in the working directory, then in `data_dir`. `advice` tells the
    user what to do if there is no such path.

    Raises:
      UserError: if `argument` is empty.
      NotFound: if there is no such path.
    """
    if not argument:
        raise UserError(f"{name}: no path is given; write {name}:PATH")
    path = expanded(argument)
    places = [path] if data_dir is None else [path, expanded(data_dir) / path]
    for place in places:
        if place.exists():
            return place
    # Names are suggested from the last place: the data directory, if there is one.
    beside = places[-1].parent
    near = suggest(path.name, (p.name for p in beside.iterdir())) if beside.is_dir() else ""
    tried = " or ".join(str(place) for place in dict.fromkeys(places))
    raise NotFound(f"{name}: there is no {tried}{near}; {advice}")


def check_split(name: str, split: str, splits: Sequence[str]) -> None:
    """Raises NotFound unless `split` is one of `splits`, the splits that `name` has."""
    if split not in splits:
        raise NotFound(
            f"{name} has no split {split!r}{suggest(split, splits)}; it has: {', '.join(splits)}"
        )
