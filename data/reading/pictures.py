"""Reads image files that a user has given as input; an unreadable one is an error."""

from pathlib import Path

import numpy as np

from data.folders.listing import checked, list_folder, listed
from data.reading import transforms
from data.reading.decode import decode
from tfgan_kit.errors import UserError


def read_pictures(place: str, image_shape, fit: str = "crop") -> tuple[np.ndarray, list[str]]:
    """Reads an image file, or all image files in a folder, in the form that a network takes.

    Args:
      place: path of a file, or of a folder, which is read with its subfolders.
      image_shape: (height, width, channels) to fit them to.
      fit: how to fit them, one of `data.reading.transforms.FITS`.

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
