"""Encodes images as the bytes of image files."""

import io

import cv2
import numpy as np

from data.formats.opening import open_image
from data.reading.decode import orientation
from tfgan_kit.errors import UserError

FORMATS = ("keep", "png", "jpeg")


class Encoder:
    """Encodes images in a format.

    Args:
      kind: "png", lossless, or "jpeg" with the given quality; "keep" means "png" for images that
        cannot be stored unchanged, see `kept`.
      quality: quality of JPEG, 1 to 100.

    Raises:
      UserError: if there is no such format or quality.
    """

    def __init__(self, kind: str, quality: int):
        if kind not in FORMATS:
            raise UserError(f"--format {kind}: choose one of {', '.join(FORMATS)}")
        if not 1 <= quality <= 100:
            raise UserError(f"--quality must be 1 to 100, not {quality}")
        self._kind = "jpeg" if kind == "jpeg" else "png"
        self._options = [cv2.IMWRITE_JPEG_QUALITY, quality] if kind == "jpeg" else []

    def __call__(self, image: np.ndarray) -> tuple[bytes, str]:
        """Returns the encoded image, and "png", "jpeg" or, if neither supports it, "npy".

        Args:
          image: (height, width, channels). With 1 or 3 channels, uint8 becomes PNG or JPEG and
            uint16 becomes PNG.
        """
        if image.dtype != np.uint8 or image.shape[2] not in (1, 3):
            return exactly(image)
        pixels = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.shape[2] == 3 else image
        _, data = cv2.imencode(f".{self._kind}", pixels, self._options)
        return data.tobytes(), self._kind


def exactly(values: np.ndarray) -> tuple[bytes, str]:
    """Returns an array (height, width, channels) as "png" if possible, else as "npy"."""
    fits = values.dtype in (np.uint8, np.uint16) and values.shape[2] in (1, 3)
    if not fits:
        content = io.BytesIO()
        np.save(content, values)
        return content.getvalue(), "npy"
    pixels = values[..., ::-1] if values.shape[2] == 3 else values
    return cv2.imencode(".png", pixels)[1].tobytes(), "png"


def kept(data: bytes) -> tuple[str, int] | None:
    """The format of an encoded image if every reader decodes it as `data.reading.decode` does.

    This is the case for 8-bit JPEG and PNG in gray or RGB, without rotation and transparency.

    Returns:
      "png" or "jpeg", and the number of channels; None for all other images.
    """
    with open_image(data) as image:
        plain = image.format in ("PNG", "JPEG") and image.mode in ("L", "RGB")
        plain = plain and "transparency" not in image.info and orientation(image) == 1
        return (image.format.lower(), len(image.getbands())) if plain else None
