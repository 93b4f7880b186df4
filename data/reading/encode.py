"""Images to the bytes of image files."""

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
      kind: "png", lossless, or "jpeg", of the given quality; "keep" is "png" for images that are
        not taken as they are, see `kept`.
      quality: of JPEG, 1 to 100.

    Raises:
      UserError: there is no such format or quality.
    """

    def __init__(self, kind: str, quality: int):
        if kind not in FORMATS:
            raise UserError(f"--format {kind}: choose one of {', '.join(FORMATS)}")
        if not 1 <= quality <= 100:
            raise UserError(f"--quality must be 1 to 100, not {quality}")
        self._kind = "jpeg" if kind == "jpeg" else "png"
        self._options = [cv2.IMWRITE_JPEG_QUALITY, quality] if kind == "jpeg" else []

    def __call__(self, image: np.ndarray) -> tuple[bytes, str]:
        """Returns an image encoded, and "png", "jpeg" or, where neither can hold it, "npy".

        Args:
          image: (height, width, channels); bytes become PNG or JPEG, uint16 becomes PNG, where
            there are 1 or 3 channels.
        """
        if image.dtype != np.uint8 or image.shape[2] not in (1, 3):
            return exactly(image)
        pixels = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.shape[2] == 3 else image
        _, data = cv2.imencode(f".{self._kind}", pixels, self._options)
        return data.tobytes(), self._kind


def exactly(values: np.ndarray) -> tuple[bytes, str]:
    """Returns an array (height, width, channels) as "png" if that can hold it, else as "npy"."""
    fits = values.dtype in (np.uint8, np.uint16) and values.shape[2] in (1, 3)
    if not fits:
        content = io.BytesIO()
        np.save(content, values)
        return content.getvalue(), "npy"
    pixels = values[..., ::-1] if values.shape[2] == 3 else values
    return cv2.imencode(".png", pixels)[1].tobytes(), "png"


def kept(data: bytes) -> tuple[str, int] | None:
    """Whether any reader sees in these bytes what `data.reading.decode` sees.

    That is so for JPEG and PNG of 8 bits in gray or RGB, without rotation and transparency.

    Returns:
      "png" or "jpeg", and the number of channels; None if it is not so.
    """
    with open_image(data) as image:
        plain = image.format in ("PNG", "JPEG") and image.mode in ("L", "RGB")
        plain = plain and "transparency" not in image.info and orientation(image) == 1
        return (image.format.lower(), len(image.getbands())) if plain else None
