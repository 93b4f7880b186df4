"""Opens image files in the format that their content has, whatever their name says."""

import io
import os

from PIL import Image, UnidentifiedImageError

from data.formats.content import HEAD, READ, kind_of


def open_image(file: str | os.PathLike | bytes, name: str = "") -> Image.Image:
    """Opens an image with Pillow, which reads only the header.

    Args:
      file: path, or the encoded bytes.
      name: name of the file if bytes are given; a TGA is identified only by its extension.

    Raises:
      ValueError: if it is not an image, or its format is not supported.
      OSError: or another error of Pillow, if the header is damaged.
    """
    if isinstance(file, bytes):
        head, file = file[:HEAD], io.BytesIO(file)
    else:
        name = os.fspath(file)
        with open(file, "rb") as start:
            head = start.read(HEAD)
    kind = kind_of(head)
    if kind is None and name.lower().endswith(".tga"):
        kind = "TGA"
    if kind is None:
        raise ValueError("not an image of a known format" if head else "the file is empty")
    if kind not in READ:
        raise ValueError(f"its content is {kind}, which is not read; convert it to PNG or JPEG")
    try:
        return Image.open(file, formats=[kind])
    except UnidentifiedImageError:
        what = "its header is truncated or damaged"
        if kind == "TIFF":
            what += ", or its samples are not supported; store 8 or 16 bits, gray or RGB"
        raise ValueError(what) from None
