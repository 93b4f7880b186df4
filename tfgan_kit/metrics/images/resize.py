"""Resizing for a feature network: part of every metric's protocol.

The FID of the same images differs with every resizing method (Parmar et al., On Aliased Resizing
and Surprising Subtleties in GAN Evaluation, 2022). Here each method is a matrix per axis, applied
in floating point to each channel; nothing is rounded afterwards.
"""

import functools

import numpy as np

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.pictures.bicubic import bicubic_matrix

PROTOCOLS = {
    "clean": "antialiased bicubic, as clean-fid and Pillow",
    "legacy-tf1": "bilinear, no antialiasing, x -> x in/out, as TensorFlow 1 and the first FID",
    "legacy-half-pixel": "bilinear, no antialiasing, centres of pixels aligned, as PyTorch",
    "legacy-corners": "bilinear, no antialiasing, centres of the corner pixels aligned",
}


def resize(images, size, protocol: str = "clean") -> np.ndarray:
    """Resizes images.

    Protocol: see `PROTOCOLS`. Bicubic overshoots are clipped to [0, 255]. Under every protocol,
    images that already have the target size pass unchanged.

    Args:
      images: (n, height, width, channels), values from 0 to 255.
      size: target (height, width).
      protocol: a key of `PROTOCOLS`.

    Returns:
      float32 (n, *size, channels), values from 0 to 255.

    Raises:
      UserError: if there is no such protocol.
    """
    if protocol not in PROTOCOLS:
        raise UserError(
            f"no resize protocol is called {protocol!r}{suggest(protocol, PROTOCOLS)}; choose one "
            f"of {', '.join(PROTOCOLS)}"
        )
    images = np.asarray(images, np.float32)
    count, height, width, channels = images.shape
    if (height, width) == tuple(size):
        return images
    rows, columns = matrix(height, size[0], protocol), matrix(width, size[1], protocol)
    wide = images.transpose(0, 1, 3, 2).reshape(-1, width) @ columns.T
    wide = wide.reshape(count, height, channels * size[1])
    resized = (rows @ wide).reshape(count, size[0], channels, size[1]).transpose(0, 1, 3, 2)
    return np.clip(resized, 0.0, 255.0)


def matrix(before: int, after: int, protocol: str) -> np.ndarray:
    """float32 (after, before), for an axis: the weight of each old pixel in each new one."""
    return (
        bicubic_matrix(before, after) if protocol == "clean" else _bilinear(before, after, protocol)
    )


@functools.lru_cache
def _bilinear(before, after, protocol):
    # Positions in float32, as in the reference implementations of these protocols.
    new, scale = np.arange(after, dtype=np.float32), np.float32(before / after)
    if protocol == "legacy-corners":
        position = new * np.float32((before - 1) / max(after - 1, 1))
    elif protocol == "legacy-half-pixel":
        position = np.maximum((new + np.float32(0.5)) * scale - np.float32(0.5), 0)
    else:
        position = new * scale
    left = np.minimum(position.astype(int), before - 1)
    right = np.minimum(left + 1, before - 1)
    rows = np.arange(after)
    weights = np.zeros((after, before))
    weights[rows, left] += 1 - (position - left)
    weights[rows, right] += position - left
    return weights.astype(np.float32)
