"""Decodes image files of any kind to uint8 arrays.

JPEG is decoded by OpenCV, which takes half of Pillow's time on small images. Everything else is
decoded by Pillow, which prints nothing on damaged files and supports orientation, palettes,
transparency, CMYK and 16 bits; `data.reading.deep` reads the exceptions.
"""

import mmap
import os
import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from data.formats import tiff
from data.formats.content import HEAD, kind_of
from data.formats.jpeg import only_jpeg
from data.formats.opening import open_image
from data.reading.deep import read_png, read_tiff
from data.source import BadExample

# Pillow warns of what is an error here anyway: truncated tags, decompression bombs.
warnings.filterwarnings("ignore", module=r"PIL\.")

_GRAY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N", "F"})
_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def decode(file: str | os.PathLike | bytes, name: str | None = None) -> np.ndarray:
    """Decodes the first frame of an image.

    Orientation from EXIF is applied. Transparency is composited over white. 16-bit images are
    scaled so that 65535 becomes 255; other integers are taken as 16-bit values. Palettes
    of grays give one channel, all others three; CMYK and other colour spaces become RGB.

    Args:
      file: path, or the encoded bytes.
      name: name of the image in errors; by default its path.

    Returns:
      uint8 (height, width, 1 or 3), RGB.

    Raises:
      BadExample: if the file is missing, empty, truncated, damaged, not an image, or so large that
        it looks like a decompression bomb.
    """
    name, data = read_bytes(file, name)
    try:
        samples = samples_of(data)
        if samples:
            return _eight_bits(read_tiff(data, samples), samples.kind)
        with open_image(data, name) as image:
            _check_size(*image.size)
            if image.format in ("JPEG", "MPO"):
                jpeg = only_jpeg(data)
                if image.mode in ("L", "RGB") and orientation(image) == 1:
                    pixels = _decode_jpeg(jpeg, image.mode)
                    if pixels is not None:
                        return pixels
            if has_deep_colour(image, data):
                return _eight_bits(read_png(data))
            return picture(image)
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{name}: {reason(error)}") from error


def decode_overlay(file: str | os.PathLike) -> np.ndarray:
    """Decodes the first frame of an image with its transparency.

    Orientation from EXIF is applied.

    Returns:
      uint8 (height, width, 4), RGB and alpha, which is 255 where nothing is transparent.

    Raises:
      BadExample: as `decode`; also for pixels of more than 8 bits.
    """
    name, data = read_bytes(file, None)
    try:
        with open_image(data, name) as image:
            _check_size(*image.size)
            if has_deep_colour(image, data) or image.mode[0] in "IF":
                raise ValueError("more than 8 bits per channel; store it with 8")
            image.load()
            return np.array(ImageOps.exif_transpose(image).convert("RGBA"))
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{name}: {reason(error)}") from error


def probe(file: str | os.PathLike) -> tuple[int, int, int]:
    """Returns the (height, width, channels) of the result of `decode`, reading only the header.

    Raises:
      BadExample: if it is missing, empty or not an image.
    """
    return header(file)[:3]


def header(file: str | os.PathLike) -> tuple[int, int, int, bool]:
    """Returns the result of `probe`, and whether the pixels have more than 8 bits.

    Raises:
      BadExample: if it is missing, empty or not an image.
    """
    try:
        with open(file, "rb") as whole:
            samples = samples_of(whole)
        if samples:
            return *samples.size, 1 if samples.colours == 1 else 3, True
        with open_image(file) as image:
            _check_size(*image.size)
            width, height = image.size
            # TIFF reports its size already rotated.
            if image.format != "TIFF" and orientation(image) >= 5:
                width, height = height, width
            with open(file, "rb") as start:
                head = start.read(32)
            deep = has_deep_colour(image, head)
            # Pillow reports 16-bit gray with transparency as colour.
            gray = head[25] == 4 if deep else _is_gray(image)
            return height, width, 1 if gray else 3, deep or image.mode[0] in "IF"
    except Exception as error:
        raise BadExample(f"{os.fspath(file)}: {reason(error)}") from error


def read_bytes(file, name: str | None) -> tuple[str, bytes]:
    """Returns the name of a file and its bytes.

    Raises:
      BadExample: if it cannot be read or is empty.
    """
    if isinstance(file, bytes):
        name, data = name or "image", file
    else:
        name = name or os.fspath(file)
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise BadExample(f"{name}: {reason(error)}") from error
    if not data:
        raise BadExample(f"{name}: the file is empty")
    return name, data


def samples_of(file, page: int = 0) -> tiff.Samples | None:
    """The sample format of a TIFF, if Pillow does not read such samples correctly.

    Args:
      file: content of the file, or the open file.
      page: number of the page, from 0.

    Returns:
      A `tiff.Samples`, or None for all other files.

    Raises:
      ValueError: if its samples are not supported, or it is damaged.
    """
    in_memory = isinstance(file, bytes)
    head = file[:HEAD] if in_memory else file.read(HEAD)
    if kind_of(head) != "TIFF":
        return None
    data = file if in_memory else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    samples = tiff.samples_of(data, page)
    if samples.is_plain:
        return None
    _check_size(*samples.size)
    return samples


def _check_size(height: int, width: int) -> None:
    if height * width > Image.MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError


def _decode_jpeg(data: bytes, mode: str) -> np.ndarray | None:
    flag = cv2.IMREAD_GRAYSCALE if mode == "L" else cv2.IMREAD_COLOR
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flag | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        return None
    return pixels[..., None] if mode == "L" else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)


def orientation(image: Image.Image) -> int:
    """Returns the EXIF orientation of an image, 1 to 8; 1 is upright."""
    # Reading EXIF from a PNG without it in its header would decode the whole image.
    if image.format == "PNG" and "exif" not in image.info:
        return 1
    return image.getexif().get(ExifTags.Base.Orientation, 1)


def _is_gray(image: Image.Image) -> bool:
    if image.mode not in ("P", "PA"):
        return image.mode in _GRAY_MODES
    layout, palette = image.palette.getdata()
    if layout not in ("RGB", "RGBA", "BGR", "BGRX", "RGBX"):
        return False
    usable = len(palette) // len(layout) * len(layout)
    entries = np.frombuffer(palette[:usable], np.uint8).reshape(-1, len(layout))[:, :3]
    return bool((entries == entries[:, :1]).all())


def has_deep_colour(image: Image.Image, data: bytes) -> bool:
    """Whether a PNG is in colour with more than 8 bits, of which Pillow would drop the lower ones.

    The header chunk comes first: bits per channel at byte 24, then the colour type.
    """
    return image.format == "PNG" and data[24] == 16 and data[25] in (2, 4, 6)


def _eight_bits(pixels: np.ndarray, kind: int = tiff.UNSIGNED) -> np.ndarray:
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return _rounded(pixels)
    what = "floating-point pixels"
    if kind != tiff.FLOAT:
        what = f"values from {pixels.min():g} to {pixels.max():g}"
    raise ValueError(
        f"{what}; give the values of black and white with --value-range LOW,HIGH, such as "
        f"{pixels.min():.9g},{pixels.max():.9g}"
    )


def _rounded(wide: np.ndarray) -> np.ndarray:
    """Converts 16 bits to 8: 65535 becomes 255."""
    return ((wide.astype(np.int64) + 128) // 257).astype(np.uint8)


def picture(image: Image.Image) -> np.ndarray:
    """Converts an image that Pillow has opened to the form that `decode` returns."""
    gray = _is_gray(image)
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        return _eight_bits(np.asarray(image), tiff.FLOAT)
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.int64)
        if wide.min() < 0 or wide.max() > 65535:
            return _eight_bits(wide.astype(np.float32))
        return _rounded(wide)[..., None]
    if _transparent(image):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = np.array(image.convert("L" if gray else "RGB"))
    return pixels[..., None] if gray else pixels


def _transparent(image):
    return image.mode in _ALPHA_MODES or "transparency" in image.info


def has_alpha(file: str | os.PathLike) -> bool:
    """Whether an image that `decode` can read has transparency, judged by its header."""
    with open_image(file) as image:
        return _transparent(image)


def reason(error: Exception) -> str:
    """Returns one line that says why an image cannot be decoded."""
    if isinstance(error, FileNotFoundError):
        return "the file does not exist"
    if isinstance(error, UnidentifiedImageError):
        return "not an image of a known format"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"more than {Image.MAX_IMAGE_PIXELS:,} pixels; scale the image down"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())
