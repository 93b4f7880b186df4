"""Decodes images of more than 8 bits, and TIFF files with unusual samples."""

import cv2
import numpy as np
from PIL import ImageOps

from data.formats import tiff
from data.formats.opening import open_image
from data.reading.values import exact

_ENDS = {np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535, np.dtype(np.uint32): 2**32 - 1}


def read_png(data: bytes) -> np.ndarray:
    """The pixels of a PNG of 16 bits a channel, uint16 (height, width, 1 or 3).

    Transparency is composited over white.

    Raises:
      ValueError: if it is damaged.
    """
    pixels = _decoded(data, 0)
    # OpenCV converts gray with transparency to colour: byte 25 is the colour type.
    gray = data[25] == 4
    pixels = over_white(pixels)
    return pixels[..., :1] if gray else pixels


def read_tiff(data: bytes, samples: tiff.Samples, page: int = 0) -> np.ndarray:
    """The pixels of a TIFF page with samples that Pillow does not read correctly.

    If 0 is white, they are inverted. 10, 12 and 14 bits are scaled to 16. Transparency is
    composited over white.

    Args:
      data: content of the file.
      samples: result of `tiff.samples_of` for the page.
      page: number of the page, from 0.

    Returns:
      uint8, uint16 or float32 (height, width, channels).

    Raises:
      ValueError: if it is damaged, or has values that float32 cannot represent.
    """
    if samples.bits == 32 and samples.kind != tiff.FLOAT:
        pixels = _by_pillow(data, page)
        pixels = pixels.view(np.uint32) if samples.kind == tiff.UNSIGNED else pixels
    else:
        pixels = _decoded(data, page)
    if samples.packed:
        pixels = pixels | (pixels >> samples.bits)
    if samples.photometric == tiff.WHITE_IS_ZERO:
        pixels = _ENDS[pixels.dtype] - pixels
    if samples.extra and samples.extra[0] not in (1, 2):
        pixels = pixels[..., : samples.colours]
    return exact(over_white(pixels, multiplied=samples.extra[:1] == (1,)))


def over_white(pixels: np.ndarray, *, multiplied: bool = False) -> np.ndarray:
    """Converts OpenCV's gray, BGR or BGRA to gray or RGB, compositing BGRA over white.

    Args:
      pixels: the image; uint16 or float32 if it has transparency.
      multiplied: whether the colours are premultiplied.
    """
    if pixels.ndim == 2:
        return pixels[..., None]
    if pixels.shape[2] == 4:
        white = 65535 if pixels.dtype == np.uint16 else 1
        alpha = pixels[..., 3:].astype(np.float64) / white
        blended = pixels[..., :3] * (1 if multiplied else alpha) + white * (1 - alpha)
        blended = np.clip(np.rint(blended), 0, white) if white > 1 else blended
        pixels = blended.astype(pixels.dtype)
    return np.ascontiguousarray(pixels[..., ::-1])


def _decoded(data, page):
    buffer = np.frombuffer(data, np.uint8)
    if page:
        _, found = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED)
        pixels = found[page] if page < len(found) else None
    else:
        pixels = cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("it is truncated or damaged, or its compression is not supported")
    return pixels


def _by_pillow(data, page):
    with open_image(data) as image:
        image.seek(page)
        image.load()
        return np.asarray(ImageOps.exif_transpose(image))
