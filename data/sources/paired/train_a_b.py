"""Pairs in trainA and trainB, with the same file name in both: `paired:PATH`.

The folders are those of CycleGAN (Zhu et al., arXiv:1703.10593), where files have no partners.
"""

import re
from pathlib import Path

from data.folders.layout import folders_in
from data.folders.repeated import repeated
from data.reading.image_files import ImageFiles
from data.reading.values import Values
from data.sources.locate import check_split
from data.sources.paired.fields import FieldsSource
from data.sources.paired.joined import JoinedFiles
from data.sources.paired.matching import matched
from data.sources.paired.places import existing
from tfgan_kit.errors import UserError

_FOLDER = re.compile(r"(train|test|val)([AB])(\d*)")
_FIELDS = {"A": "input", "B": "target"}


def is_layout(root: Path) -> bool:
    """Whether a folder holds such folders."""
    return any(map(_FOLDER.fullmatch, folders_in(root)))


def open_folders(root: Path, split: str, values: Values) -> FieldsSource:
    """Opens the pairs: "input" from A and "target" from B.

    If a side has several images, in trainA1, trainA2, ... or in the subfolders A1, A2, ... of
    trainA, their channels are joined in the order of the numbers.

    Args:
      root: the folder.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if a side or the split is missing; see also `matched`.
    """
    splits = _splits(root)
    split = existing(split, splits)
    check_split(str(root), split, sorted(splits))
    sides = {side: _folders(root, split, side, splits[split]) for side in _FIELDS}
    named = {folder.relative_to(root).as_posix(): folder for s in sides.values() for folder in s}
    files, passed_over = matched(named)
    name, parts = root.resolve().name, {}
    for side, field in _FIELDS.items():
        keys = [folder.relative_to(root).as_posix() for folder in sides[side]]
        images = [ImageFiles(f"{name} {key}", files[key], values) for key in keys]
        parts[field] = images[0] if len(images) == 1 else JoinedFiles(name, images)
    notes = ()
    if split == "train" and {"test", "val"} & set(splits):
        other = existing("test", splits)
        folders = _folders(root, other, "A", splits[other])
        notes = repeated(sides["A"][0], folders[0])
    return FieldsSource(name, parts, passed_over, notes)


def _splits(root) -> dict[str, dict[str, dict[int | None, Path]]]:
    """Split -> side -> number, None without one -> folder."""
    found = {}
    for name in folders_in(root):
        match = _FOLDER.fullmatch(name)
        if match:
            split, side, number = match.groups()
            number = int(number) if number else None
            found.setdefault(split, {}).setdefault(side, {})[number] = root / name
    return found


def _folders(root, split, side, sides) -> list[Path]:
    """The folders of one side, in the order of their numbers."""
    whole = f"{split}{side}"
    numbered = sides.get(side)
    if not numbered:
        other = "B" if side == "A" else "A"
        raise UserError(
            f"{root}: no folder {whole} beside {split}{other}; put the partners into it, under the "
            "same file names"
        )
    if None not in numbered:
        return [numbered[k] for k in sorted(numbered)]
    if len(numbered) > 1:
        raise UserError(
            f"{root}: has {whole} with and without numbers; number all folders of a side, or none"
        )
    inside = folders_in(numbered[None])
    if inside and all(re.fullmatch(rf"{side}\d+", name) for name in inside):
        return [numbered[None] / name for name in sorted(inside, key=lambda n: int(n[1:]))]
    return [numbered[None]]
