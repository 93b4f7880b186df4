"""A run's pictures as data for a page, within a size limit."""

import base64
import dataclasses
import io
import math
import struct
import zlib
from pathlib import Path

from PIL import Image

FRAMES = 60  # Maximum number of pictures over time: a slider cannot distinguish more.
LEAST = 12  # Pictures are compressed unless at least this many fit uncompressed.
_WEBP = 16_000  # Maximum side in pixels that the format supports.
# Pillow has no single error class for damaged files.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
_DAMAGED += (Image.DecompressionBombError,)


@dataclasses.dataclass(frozen=True)
class Frame:
    """One picture.

    Attributes:
      step: the step at which it was drawn.
      source: a data: URL.
      width, height: size in pixels of the file that it was made from.
      compressed: whether it was compressed to fit.
    """

    step: int
    source: str
    width: int
    height: int
    compressed: bool


def read_frames(folder, limit: int, notes: list[str], frames: int = FRAMES) -> list[Frame]:
    """The pictures STEP.png of a folder, evenly thinned over time; the last one is always included.

    Args:
      folder: a run's samples/.
      limit: maximum total characters of all data URLs.
      notes: receives the names of unreadable files.
      frames: maximum number of pictures.
    """
    paths = [p for p in Path(folder).glob("*.png") if p.stem.isascii() and p.stem.isdigit()]
    paths = sorted(paths, key=lambda p: int(p.stem))
    each = limit // max(1, min(len(paths), LEAST, frames))
    # Reads only as many as fit: the size of a data URL follows from that of its file.
    sizes = {p: min(each, _encoded(_size(p))) for p in paths}
    count = min(frames, len(paths))
    while count > 1 and sum(sizes[p] for p in evenly(paths, count)) > limit:
        count -= 1
    found, damaged = [], []
    for path in evenly(paths, count):
        frame = _last_that_works(paths, path, each, damaged)
        if frame is not None and all(frame.step != other.step for other in found):
            found.append(frame)
    if damaged:
        names = ", ".join(sorted({p.name for p in damaged}))
        notes.append(f"samples/: pictures that cannot be read are left out ({names})")
    return found


def read_examples(folder, limit: int) -> list[Frame]:
    """The pictures 0.png, 1.png ... of a folder, without those that cannot be read.

    Args:
      folder: a run's examples/.
      limit: maximum total characters of all data URLs.
    """
    paths = [p for p in Path(folder).glob("*.png") if p.stem.isascii() and p.stem.isdigit()]
    paths = sorted(paths, key=lambda p: int(p.stem))
    found = [read_frame(path, limit // len(paths)) for path in paths]
    return [frame for frame in found if frame is not None]


def _last_that_works(paths, path, limit, damaged):
    """The picture at a path, or else the nearest readable one before it, or None."""
    for other in reversed(paths[: paths.index(path) + 1]):
        if other in damaged:
            continue
        frame = read_frame(other, limit)
        if frame is not None:
            return frame
        damaged.append(other)
    return None


def evenly(items: list, count: int) -> list:
    """At most `count` evenly spaced items, including the last one, and the first if two fit."""
    if len(items) <= count:
        return list(items)
    if count < 2:
        return items[-1:]
    last = len(items) - 1
    return [items[round(i * last / (count - 1))] for i in range(count)]


def read_frame(path, limit: int) -> Frame | None:
    """A picture whose data URL has at most `limit` characters, or None if it cannot be read.

    The file is used unchanged if it fits; otherwise it is converted to WebP at decreasing sizes.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            picture.load()
    except _DAMAGED:
        return None
    step = int(path.stem) if path.stem.isdigit() else 0
    width, height = picture.size
    kind, compressed = "png", False
    while _encoded(len(content)) > limit and min(picture.size) > 16:
        if compressed:
            picture = picture.resize([math.ceil(side * 0.7) for side in picture.size])
        picture.thumbnail((_WEBP, _WEBP))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "WEBP", quality=85)
        content, kind, compressed = buffer.getvalue(), "webp", True
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return Frame(step, source, width, height, compressed)


def _size(path):
    """Size of a file in bytes, 0 for a broken link: reading it will fail anyway."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _encoded(count):
    """The number of characters in a data URL for that many bytes."""
    return len("data:image/webp;base64,") + math.ceil(count / 3) * 4
