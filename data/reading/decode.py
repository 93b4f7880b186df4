"""Image files of any kind to uint8 arrays.

JPEG goes through OpenCV, which takes half of Pillow's time on small images. Everything else goes
through Pillow, which is silent on damaged files and knows orientation, palettes, transparency,
CMYK and 16 bits.
"""

import os
import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from data.formats.jpeg import only_jpeg
from data.formats.opening import open_image
from data.source import BadExample

# Pillow warns of what is refused here in one line anyway: truncated tags, decompression bombs.
warnings.filterwarnings("ignore", module=r"PIL\.")

_GRAY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B", "I;16N", "F"})
_BITS_PER_SAMPLE = 258  # TIFF's tag.
_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def decode(file: str | os.PathLike | bytes, name: str | None = None) -> np.ndarray:
    """Decodes the first frame of an image.

    Orientation from EXIF is applied. Transparency is composited over white. 16-bit images are
    scaled so that 65535 becomes 255; 32-bit integers are taken as 16-bit values. Palettes of
    greys give one channel, all others three; CMYK and other colour spaces become RGB.

    Args:
      file: path, or the encoded bytes.
      name: what to call the image in errors; by default its path.

    Returns:
      uint8 (height, width, 1 or 3), RGB.

    Raises:
      BadExample: if it is missing, empty, truncated, damaged, not an image, or so large that it
        looks like a decompression bomb.
    """
    name, data = read_bytes(file, name)
    try:
        with open_image(data, name) as image:
            _check_size(image)
            if image.format in ("JPEG", "MPO"):
                jpeg = only_jpeg(data)
                if image.mode in ("L", "RGB") and orientation(image) == 1:
                    pixels = _decode_jpeg(jpeg, image.mode)
                    if pixels is not None:
                        return pixels
            if has_deep_colour(image, data):
                return _deep_to_uint8(data)
            return _to_uint8(image)
    except Exception as error:
        # Any exception at all: decoders raise two dozen types on damaged files.
        raise BadExample(f"{name}: {reason(error)}") from error


def probe(file: str | os.PathLike) -> tuple[int, int, int]:
    """Returns (height, width, channels) that `decode` will give, from the header alone.

    Raises:
      BadExample: if it is missing, empty or not an image.
    """
    return header(file)[:3]


def header(file: str | os.PathLike) -> tuple[int, int, int, bool]:
    """Returns what `probe` does, and whether the pixels have more than 8 bits.

    Raises:
      BadExample: if it is missing, empty or not an image.
    """
    try:
        with open_image(file) as image:
            _check_size(image)
            width, height = image.size
            # TIFF reports its size already turned.
            if image.format != "TIFF" and orientation(image) >= 5:
                width, height = height, width
            with open(file, "rb") as start:
                deep = image.mode[0] in "IF" or has_deep_colour(image, start.read(32))
            return height, width, 1 if _is_gray(image) else 3, deep
    except Exception as error:
        raise BadExample(f"{os.fspath(file)}: {reason(error)}") from error


def read_bytes(file, name: str | None) -> tuple[str, bytes]:
    """Returns the name of a file, or of its bytes, and the bytes.

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


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > Image.MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError


def _decode_jpeg(data: bytes, mode: str) -> np.ndarray | None:
    flag = cv2.IMREAD_GRAYSCALE if mode == "L" else cv2.IMREAD_COLOR
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flag | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        return None
    return pixels[..., None] if mode == "L" else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)


def orientation(image: Image.Image) -> int:
    """Returns how EXIF says that an image lies, 1 to 8; 1 is upright."""
    # Asking a PNG for EXIF that is not in its header would decode all of it.
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
    """Whether colours have more than 8 bits, of which Pillow would cut off the lower ones."""
    if image.format == "PNG":
        # The header chunk comes first: bits of a channel at byte 24, then the kind of colour.
        return data[24] == 16 and data[25] in (2, 6)
    if image.format == "TIFF":
        bits = image.tag_v2.get(_BITS_PER_SAMPLE, ())
        return len(bits) > 2 and max(bits) > 8
    return False


def _deep_to_uint8(data: bytes) -> np.ndarray:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("it is truncated or damaged")
    if pixels.dtype != np.uint16:
        raise ValueError("floating-point pixels; give their --value-range LOW,HIGH")
    return _rounded(over_white(pixels))


def over_white(pixels: np.ndarray) -> np.ndarray:
    """OpenCV's gray, BGR or BGRA of uint16 or float32 as gray or RGB, the last over white."""
    if pixels.ndim == 2:
        return pixels[..., None]
    if pixels.shape[2] == 4:
        white = 65535 if pixels.dtype == np.uint16 else 1
        alpha = pixels[..., 3:].astype(np.float64) / white
        blended = pixels[..., :3] * alpha + white * (1 - alpha)
        pixels = (np.rint(blended) if white > 1 else blended).astype(pixels.dtype)
    return np.ascontiguousarray(pixels[..., ::-1])


def _rounded(wide: np.ndarray) -> np.ndarray:
    """16 bits as 8: 65535 becomes 255."""
    return ((wide.astype(np.int64) + 128) // 257).astype(np.uint8)


def _to_uint8(image: Image.Image) -> np.ndarray:
    gray = _is_gray(image)
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        raise ValueError("floating-point pixels; give their --value-range LOW,HIGH")
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.int64)
        if wide.min() < 0 or wide.max() > 65535:
            raise ValueError(f"values in [{wide.min()}, {wide.max()}]; store them as 8 or 16 bits")
        return _rounded(wide)[..., None]
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = np.array(image.convert("L" if gray else "RGB"))
    return pixels[..., None] if gray else pixels


def reason(error: Exception) -> str:
    """Says in one line why an image cannot be decoded."""
    if isinstance(error, FileNotFoundError):
        return "the file does not exist"
    if isinstance(error, UnidentifiedImageError):
        return "not an image of a known format"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"more than {Image.MAX_IMAGE_PIXELS:,} pixels; scale the image down"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())
