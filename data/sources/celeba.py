"""CelebA, aligned faces with 40 attributes: Liu et al., arXiv:1411.7766."""

import warnings
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.sources.folder import FolderSource
from data.sources.locate import check_split, locate
from tfgan_kit.errors import NotFound, UserError, suggest

_IMAGES, _ATTRIBUTES, _PARTITION = (
    "img_align_celeba",
    "list_attr_celeba.txt",
    "list_eval_partition.txt",
)
# Numbers in the partition file; "validation" is the usual name of that split.
_SPLITS = ("train", "validation", "test")


class CelebASource(FolderSource):
    """Faces, (218, 178, 3) as published, without labels.

    Attributes:
      attribute_names: the names of the 40 attributes, in the order of the file.
      attributes: int8 (n, 40), 1 if the face has the attribute, else -1.
    """

    attribute_names: tuple[str, ...]
    attributes: np.ndarray


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens CelebA.

    Args:
      argument: empty for all faces, an attribute ("Smiling") for those that have it, or its
        negation ("!Smiling") for those that do not.
      data_dir: folder with img_align_celeba/ and list_attr_celeba.txt, or with a folder "celeba".
      split: "train", "validation" or "test" as in list_eval_partition.txt; without that file
        all faces are "train".

    Raises:
      UserError: if files are missing or damaged, or there is no such attribute.
    """
    images, listing = locate(
        "celeba",
        data_dir,
        [[_IMAGES], [_ATTRIBUTES]],
        advice="get img_align_celeba.zip and list_attr_celeba.txt from"
        " https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html and unpack the images there",
    )
    # In some archives, the folder contains another folder of the same name.
    nested = images / _IMAGES
    images = nested if nested.is_dir() else images
    names, files, attributes = _read_attributes(listing)
    keep = _in_split(listing.with_name(_PARTITION), files, split)
    if argument:
        wanted = argument.removeprefix("!")
        if wanted not in names:
            raise UserError(
                f"celeba has no attribute {wanted!r}{suggest(wanted, names)}; they are in line 2 of"
                f" {listing}"
            )
        keep &= attributes[:, names.index(wanted)] == (-1 if argument.startswith("!") else 1)
    chosen = np.flatnonzero(keep)
    if not len(chosen):
        raise NotFound(f"celeba: no face in split {split!r} with {argument or 'any attribute'}")
    name = f"celeba-{argument.replace('!', 'not-')}" if argument else "celeba"
    source = CelebASource(name, images, [files[i] for i in chosen])
    source.attribute_names = names
    source.attributes = attributes[chosen]
    return source


def _read_attributes(path: Path) -> tuple[tuple[str, ...], list[str], np.ndarray]:
    """Reads list_attr_celeba.txt: a count, the names, then per image its file and values."""
    with path.open(encoding="utf-8", errors="replace") as file:
        count, names = file.readline().strip(), tuple(file.readline().split())
    if not count.isdigit() or not names:
        raise UserError(f"{path}: line 1 must be the number of images and line 2 the names")
    files, attributes = _read_table(path, 2, len(names))
    if len(files) != int(count):
        raise UserError(
            f"{path}: {len(files)} images but line 1 says {count}; it is truncated, fetch it again"
        )
    if not np.isin(attributes, (-1, 1)).all():
        raise UserError(f"{path}: attributes other than -1 and 1; fetch it again")
    return names, files, attributes


def _in_split(path: Path, files: list[str], split: str) -> np.ndarray:
    if not path.exists():
        check_split(f"celeba without {path}", split, ("train",))
        return np.ones(len(files), bool)
    check_split("celeba", split, _SPLITS)
    listed, parts = _read_table(path, 0, 1)
    if listed != files:
        raise UserError(f"{path}: its images are not those of {_ATTRIBUTES}; fetch both again")
    return parts[:, 0] == _SPLITS.index(split)


def _read_table(path: Path, skip: int, columns: int) -> tuple[list[str], np.ndarray]:
    """Returns the first word of each line after `skip`, and the integers that follow it."""
    try:
        with path.open(encoding="utf-8") as file:
            files = [line.split(None, 1)[0] for line in file if line.strip()][skip:]
        with warnings.catch_warnings():  # of no rows, which the callers report by count
            warnings.simplefilter("ignore")
            values = np.loadtxt(
                path, np.int8, skiprows=skip, usecols=range(1, columns + 1), ndmin=2
            )
    except (ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{path}: cannot be read ({reason}); fetch it again") from error
    return files, values.reshape(-1, columns)
