"""Two domains without pairs in CycleGAN's layout: Zhu et al., arXiv:1703.10593."""

from data.folders.listing import checked, list_folder
from data.folders.repeated import repeated
from data.image_source import ImageSource
from data.published import advice
from data.reading.values import EIGHT_BIT, Values
from data.sources.folder import FolderSource
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import NotFound, UserError, suggest
from tfgan_kit.machine.places import expanded

_LAYOUT = "with trainA, trainB, testA and testB in it, each with images"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> ImageSource:
    """Opens one domain of a folder that holds trainA, trainB, testA and testB.

    Args:
      argument: the domain, "a" or "b", alone or after the set's folder: "horse2zebra/a".
      data_dir: the set's folder, or the folder that a set's folder in `argument` lies in.
      split: "train" or "test".
      values: how the files are read.

    Raises:
      UserError: if there is no such domain or folder, or no image in it.
    """
    place, _, domain = argument.rpartition("/")
    if domain.lower() not in ("a", "b"):
        raise UserError(f"no domain {domain!r}; a CycleGAN set has the domains a and b")
    if place:
        what_to_do = advice(place, f"put the set's folder there, {_LAYOUT}")
        root = resolve("cyclegan", place, data_dir, what_to_do)
    elif data_dir is None:
        raise UserError("cyclegan: no data directory is given; pass --data-dir")
    else:
        root = expanded(data_dir)
        nested = root / "cyclegan"
        root = nested if nested.is_dir() else root
    check_split(str(root), split, ("train", "test"))
    name = f"{split}{domain.upper()}"
    folder = root / name
    if not folder.is_dir():
        there = sorted(p.name for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
        raise NotFound(
            f"{root} has no folder {name}{suggest(name, there)}; a set is a folder {_LAYOUT}"
        )
    found = checked(folder, list_folder(folder))
    name, other = f"{root.resolve().name}-{domain.lower()}", root / f"test{domain.upper()}"
    notes = repeated(folder, other) if split == "train" and other.is_dir() else ()
    return FolderSource(
        name, folder, found.files, values=values, passed_over=found.passed_over, notes=notes
    )
