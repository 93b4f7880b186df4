"""Which files in a folder are images."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tfgan_kit.errors import UserError

EXTENSIONS = frozenset(
    {
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
        ".ppm",
        ".pgm",
        ".pbm",
        ".pnm",
        ".avif",
        ".npy",
    }
)


def list_images(root: Path) -> list[str]:
    """Returns the paths of all images at any depth below `root`, relative to it and sorted.

    Raises:
      UserError: if there is none; says what is there instead.
    """
    others: Counter[str] = Counter()
    files = []
    for path in _walk(os.fspath(root), "", set()):
        extension = os.path.splitext(path)[1].lower()
        if extension in EXTENSIONS:
            files.append(path)
        else:
            others[extension or "files without extension"] += 1
    if not files:
        found = ", ".join(f"{count} {kind}" for kind, count in others.most_common(4))
        raise UserError(
            f"{root}: no images in it, only {found}; give a folder of .png, .jpg or the like"
            if found
            else f"{root}: the folder is empty; put images into it"
        )
    # By components, so that a folder's files stay together whatever the separator sorts like.
    return sorted(files, key=lambda path: path.split(os.sep))


def count_images(root: Path) -> int:
    """Returns the number of images at any depth below `root`."""
    paths = _walk(os.fspath(root), "", set())
    return sum(os.path.splitext(path)[1].lower() in EXTENSIONS for path in paths)


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
