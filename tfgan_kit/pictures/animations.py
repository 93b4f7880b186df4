"""Animations: writes frames atomically to a .gif or an .mp4."""

import io
import os
import tempfile
from pathlib import Path

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, write_bytes, writing
from tfgan_kit.pictures.images import paired_grid

MILLISECONDS = 80  # Per frame; GIF uses hundredths of a second.
SUFFIXES = (".gif", ".mp4")
SIDE = 256


def to_and_fro(images: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Frames that each show one column of a picture, back and forth without repeated ends.

    Args:
      images: (rows * columns, height, width, 1 or 3), row by row.
      rows, columns: those of the picture.

    Returns:
      uint8 (frames, height, width, 1 or 3).
    """
    there = images.reshape(rows, columns, *images.shape[1:]).swapaxes(0, 1)
    frames = np.stack([paired_grid([column]) for column in there])
    return np.concatenate([frames, frames[-2:0:-1]])


def enlarged(frames: np.ndarray, height: int | None = None) -> np.ndarray:
    """Frames of small images, each pixel repeated, so that an image has about `SIDE` rows.

    Args:
      frames: (n, height, width, 1 or 3).
      height: of an image, if a frame shows several above each other that count alone.
    """
    scale = max(1, SIDE // (height or frames.shape[1]))
    return frames.repeat(scale, axis=1).repeat(scale, axis=2)


def write_animation(frames: np.ndarray, path) -> None:
    """Writes frames to `path`, in the format of its extension.

    Args:
      frames: uint8 (n, height, width, 1 or 3), RGB.
      path: ends in one of `SUFFIXES`.

    Raises:
      UserError: if a video cannot be written.
    """
    if Path(path).suffix.lower() == ".gif":
        _write_gif(frames, path)
    else:
        _write_mp4(frames, path)


def _write_gif(frames, path):
    from PIL import Image

    first, *others = [Image.fromarray(f.squeeze(-1) if f.shape[-1] == 1 else f) for f in frames]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=MILLISECONDS, loop=0)
    write_bytes(buffer.getvalue(), path)


def _write_mp4(frames, path):
    import cv2

    # The codec halves the resolution of colour, so it cuts off an odd last row or column.
    odd = [side % 2 for side in frames.shape[1:3]]
    frames = np.pad(frames, ((0, 0), (0, odd[0]), (0, odd[1]), (0, 0)), "edge")
    height, width = frames.shape[1:3]
    # Written elsewhere under a plain name: OpenCV takes a % in a name for a picture number.
    with writing(path), tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "video.mp4")
        codec = cv2.VideoWriter_fourcc(*"mp4v")
        video = cv2.VideoWriter(file, codec, 1000 / MILLISECONDS, (width, height))
        if not video.isOpened():
            raise UserError(f"{path}: no video can be written here; give a .gif, or another folder")
        for frame in frames:
            video.write(cv2.cvtColor(np.broadcast_to(frame, (height, width, 3)), cv2.COLOR_RGB2BGR))
        video.release()
        # OpenCV does not report a full disk: the file that it wrote is then truncated.
        if cv2.VideoCapture(file).get(cv2.CAP_PROP_FRAME_COUNT) != len(frames):
            raise NotWritten(path, "not all frames are in the file")
        write_bytes(Path(file).read_bytes(), path)
