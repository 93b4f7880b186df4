"""Reads image files that a user has given as input; an unreadable one is an error."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.folders.listing import checked, list_folder, listed
from data.reading import transforms
from data.reading.decode import decode
from tfgan_kit.errors import UserError


def read_files(places: Sequence[str], image_shape, option: str, *, crop: bool) -> np.ndarray:
    """Reads image files in the form that a network takes.

    Args:
      places: paths of files.
      image_shape: (height, width, channels).
      option: what the user gave them with, for the errors.
      crop: whether images of another shape are cropped to their centre and converted.

    Returns:
      uint8 (n, *image_shape).

    Raises:
      UserError: if one does not exist, cannot be read, or has another shape and is not cropped.
    """
    images = []
    for place in places:
        if not Path(place).is_file():
            raise UserError(f"{option} {place}: there is no such file")
        image = decode(place)
        if image.shape != tuple(image_shape) and not crop:
            raise UserError(
                f"{option} {place} is {_by(image.shape)}, the generator makes {_by(image_shape)}; "
                "--crop cuts out the centre and converts it"
            )
        *size, channels = image_shape
        images.append(transforms.fit(image, tuple(size), channels, "crop"))
    return np.stack(images)


def _by(shape):
    return "x".join(map(str, shape))


def read_pictures(place: str, image_shape, fit: str = "crop") -> tuple[np.ndarray, list[str]]:
    """Reads an image file, or all image files in a folder, in the form that a network takes.

    Args:
      place: path of a file, or of a folder, which is read with its subfolders.
      image_shape: (height, width, channels) to fit them to.
      fit: how to fit them, one of `tfgan_kit.settings.names.FITS`.

    Returns:
      uint8 (n, *image_shape), and the names of the files relative to the folder.

    Raises:
      UserError: if the path does not exist, contains no image, or one cannot be read.
    """
    path = Path(place)
    if not path.exists():
        raise UserError(f"--images {place}: there is no such file or folder")
    files = [path.name]
    if path.is_dir():
        listing = checked(path, list_folder(path))
        files = listing.files
        if listing.passed_over:
            raise UserError(
                f"--images {place}: {listed(listing.passed_over)} cannot be read; convert them to "
                "PNG or JPEG, or remove them"
            )
    root = path if path.is_dir() else path.parent
    *size, channels = image_shape
    images = [transforms.fit(decode(root / file), tuple(size), channels, fit) for file in files]
    return np.stack(images), [str(file) for file in files]
