"""The folders of a set's fields, which are in its own folder or in that of a split."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from data.folders.layout import folders_in, is_split, left_out, split_folders
from data.folders.repeated import repeated
from data.reading.values import Values
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import UserError


class Place(NamedTuple):
    """The folder of a split.

    Attributes:
      root: the folder of the set.
      folder: the folder of the split, equal to `root` without splits.
      splits: name of each existing split -> its folder; empty without splits.
      notes: notes on what is beside the splits.
    """

    root: Path
    folder: Path
    splits: dict[str, Path]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The short name of the set."""
        return self.root.resolve().name

    def about(self, fields: Iterable[str], images: str) -> tuple[str, ...]:
        """Notes on the folders, one line each.

        For "train", they include images that are also held out.

        Args:
          fields: names of the folders that are read.
          images: the one with the images that must not occur in two splits.
        """
        notes = (*self.notes, *left_out(self.folder, {f: Path(f) for f in fields}, what="fields"))
        other = self.splits.get(existing("test", self.splits))
        if other is not None and self.folder == self.splits.get("train"):
            notes += repeated(self.folder / images, other / images)
        return notes

    def fields(self, kind: str, needed: Sequence[str], optional: Sequence[str]) -> dict[str, Path]:
        """Returns the existing ones of the named folders, in this order.

        Raises:
          UserError: if a required one is missing.
        """
        there = folders_in(self.folder)
        for name in needed:
            if name not in there:
                listed = " and ".join(f"{n}/" for n in needed)
                maybe = ", ".join(f"{n}/" for n in optional)
                raise UserError(
                    f"{self.folder}: no folder {name} in it; a set {kind}:PATH has {listed}"
                    + (f", and may have {maybe}" if maybe else "")
                )
        return {name: self.folder / name for name in (*needed, *optional) if name in there}


def folder_of(kind: str, argument: str, data_dir: str | None, layout: str, values: Values) -> Path:
    """Returns the folder given by the user.

    Args:
      kind: the part of the data set's name before the colon.
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      layout: its expected contents, for messages.
      values: how images are read.

    Raises:
      UserError: if there is no such folder, or `values.pages` is "examples".
    """
    root = resolve(kind, argument, data_dir)
    if not root.is_dir():
        raise UserError(f"{root} is a file; give {layout}")
    if values.pages == "examples":
        raise UserError(f"{root}: --pages examples is not for paired files; join or split them")
    return root


def place_of(root: Path, split: str, shared: Sequence[str] = ()) -> Place:
    """Returns the place of a split; "test" takes val if there is no test.

    A field may also be called test: a split contains folders, a field contains files.

    Args:
      root: the folder given by the user.
      split: "train" or "test".
      shared: names of folders beside the splits that belong to all of them.

    Raises:
      UserError: if there is no such split.
    """
    splits = split_folders(root, "splits") if is_split(root) else {}
    if not splits:
        check_split(str(root), split, ("train",))
        return Place(root, root, {})
    chosen = existing(split, splits)
    check_split(str(root), chosen, sorted(splits))
    taken = splits | {name: root / name for name in shared}
    return Place(root, splits[chosen], splits, left_out(root, taken))


def existing(split: str, splits) -> str:
    """Returns "val" for a missing "test" if there is a val, otherwise the split."""
    return "val" if split == "test" and "test" not in splits and "val" in splits else split
