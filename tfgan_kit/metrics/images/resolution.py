"""What is left of images at a lower resolution.

Images of a high resolution should show their class better than the same images reduced: if not,
their detail is worth nothing (Odena, Olah & Shlens 2017, section 4.1).
"""

import numpy as np

from tfgan_kit.metrics.images.resize import PROTOCOLS, resize

LOWEST = 8
_BY = "legacy-half-pixel"
PROTOCOL = f"reduced and enlarged again ({PROTOCOLS[_BY]})"


def lower_resolutions(height: int, width: int) -> tuple[int, ...]:
    """Half the shorter side, half of that, and so on, as long as it is at least `LOWEST`."""
    found, side = [], min(height, width) // 2
    while side >= LOWEST:
        found.append(side)
        side //= 2
    return tuple(found)


def at_resolution(images, side: int) -> np.ndarray:
    """Images reduced to a resolution, and enlarged to their size again.

    Protocol: see `PROTOCOL`; nothing is rounded.

    Args:
      images: (n, height, width, channels) in [-1, 1].
      side: the shorter side that they are reduced to; the other one in proportion.

    Returns:
      float32 of the same shape, in [-1, 1].
    """
    images = np.asarray(images, np.float32)
    height, width = images.shape[1:3]
    small = tuple(max(1, round(each * side / min(height, width))) for each in (height, width))
    reduced = resize((images + 1.0) * 127.5, small, _BY)
    return resize(reduced, (height, width), _BY) / np.float32(127.5) - np.float32(1.0)
