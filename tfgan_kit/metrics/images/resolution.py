"""Images reduced to a lower resolution.

High-resolution images should show their class better than the same images at reduced resolution;
otherwise, their detail is worthless (Odena, Olah & Shlens 2017, section 4.1).
"""

import numpy as np

from tfgan_kit.metrics.images.resize import PROTOCOLS, resize

LOWEST = 8
_BY = "legacy-half-pixel"
PROTOCOL = f"reduced and enlarged again ({PROTOCOLS[_BY]})"


def lower_resolutions(height: int, width: int) -> tuple[int, ...]:
    """Half the shorter side, half of that, and so on, down to at least `LOWEST`."""
    found, side = [], min(height, width) // 2
    while side >= LOWEST:
        found.append(side)
        side //= 2
    return tuple(found)


def at_resolution(images, side: int) -> np.ndarray:
    """Images reduced to a resolution and enlarged to their original size again.

    Protocol: see `PROTOCOL`; nothing is rounded.

    Args:
      images: (n, height, width, channels) in [-1, 1].
      side: length to which the shorter side is reduced; the other side is scaled in proportion.

    Returns:
      float32 of the same shape, in [-1, 1].
    """
    images = np.asarray(images, np.float32)
    height, width = images.shape[1:3]
    small = tuple(max(1, round(each * side / min(height, width))) for each in (height, width))
    reduced = resize((images + 1.0) * 127.5, small, _BY)
    return resize(reduced, (height, width), _BY) / np.float32(127.5) - np.float32(1.0)
