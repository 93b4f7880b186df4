"""Which files in a folder are images, and which other files it contains."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from data.formats.content import HEAD, READ, kind_of
from tfgan_kit.errors import UserError

# Treated as images without being opened: a damaged one is reported when it is read.
_IMAGES = frozenset(
    (
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".bmp",
        ".webp",
        ".tif",
        ".tiff",
        ".gif",
        ".npy",
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".avif",
        ".jp2",
        ".j2k",
        ".j2c",
        ".jpx",
        ".jpf",
        ".tga",
    )
)
# Files that are common beside images and are certainly not images.
_OTHERS = frozenset(
    (
        ".txt",
        ".md",
        ".rst",
        ".csv",
        ".tsv",
        ".json",
        ".jsonl",
        ".xml",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".log",
        ".html",
        ".htm",
        ".py",
        ".sh",
        ".db",
        ".lnk",
        ".url",
        ".md5",
    )
)

# Files that may be incomplete.
_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".bak", "~")


class Listing(NamedTuple):
    """The contents of a folder.

    Attributes:
      files: paths of the images, relative to the folder and sorted.
      passed_over: file extension -> number of files that cannot be read as images; extensions that
        are certainly not images are left out.
    """

    files: list[str]
    passed_over: Mapping[str, int]


def list_folder(root: Path) -> Listing:
    """Lists a folder and all its subfolders.

    A file with an unknown extension counts as an image if it begins like one.
    """
    files, passed_over = [], Counter()
    for path in _walk(os.fspath(root), "", set()):
        ending = os.path.splitext(path)[1].lower()
        if ending in _OTHERS:
            continue
        head = b"" if ending in _IMAGES else _head(os.path.join(root, path))
        # Raw camera files are TIFF files; reading one would give a small preview.
        kind = kind_of(head)
        other = ending.endswith(_UNFINISHED) or (kind == "TIFF" and ending)
        if ending in _IMAGES or (kind in READ and not other):
            files.append(path)
        elif ending or not _is_text(head):
            passed_over[ending or "without ending"] += 1
    # By components, so that a folder's files stay together wherever the separator sorts.
    return Listing(sorted(files, key=lambda path: path.split(os.sep)), passed_over)


def list_images(root: Path) -> list[str]:
    """Returns the paths of all images at any depth below `root`, relative to it and sorted.

    Raises:
      UserError: if there is none; the message lists what is there instead.
    """
    return checked(root, list_folder(root)).files


def checked(root: Path, listing: Listing) -> Listing:
    """Returns the listing; see `list_images`."""
    if listing.files:
        return listing
    endings = Counter(os.path.splitext(p)[1].lower() for p in _walk(os.fspath(root), "", set()))
    found = listed({ending or "files without extension": n for ending, n in endings.items()})
    raise UserError(
        f"{root}: no images in it, only {found}; give a folder of .png, .jpg or the like"
        if found
        else f"{root}: the folder is empty; put images into it"
    )


def count_images(root: Path) -> int:
    """Returns the number of images at any depth below `root`."""
    return len(list_folder(root).files)


def about(passed_over: Mapping[str, int]) -> tuple[str, ...]:
    """A note on files that are not read, as a tuple of at most one line."""
    if not passed_over:
        return ()
    return (
        f"passed over: {listed(passed_over, 8)}, which cannot be read as images; convert them to "
        "PNG or JPEG to use them",
    )


def listed(counts: Mapping[str, int], most: int = 4) -> str:
    """Numbers of files by extension, in words, the most frequent first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{count} {ending}" for ending, count in ranked[:most]]
    left = sum(count for _, count in ranked[most:])
    return ", ".join([*shown, *([f"{left} others"] if left else [])])


def _head(path):
    """The first bytes of a file; none if it cannot be read or reading it would block."""
    try:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read(HEAD)
    except OSError:
        pass
    return b""


def _is_text(head):
    """Whether a file begins like text, such as LICENSE; true for an empty file."""
    return head.isascii() and b"\0" not in head


def _walk(root: str, below: str, seen: set[str]) -> Iterator[str]:
    folder = os.path.join(root, below)
    real = os.path.realpath(folder)
    if real in seen:  # a symbolic link that leads back
        return
    seen.add(real)
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = os.path.join(below, entry.name)
                if entry.is_dir():
                    yield from _walk(root, path, seen)
                else:
                    yield path
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}; check its permissions") from error
