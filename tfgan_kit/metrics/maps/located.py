"""The pointing game, and the overlap of a map with the truth."""

import numpy as np

SHARE = 0.5  # Of a map's maximum: what is as high or higher is its area.


def pointing(maps, masks) -> np.ndarray:
    """Returns whether the maximum of each map is inside its mask.

    Protocol: the pointing game (Zhang et al., Top-down Neural Attention by Excitation Backprop,
    2016) without tolerance. A map that is nowhere positive points nowhere and misses.

    Args:
      maps: float (n, height, width), at the size of the image.
      masks: bool (n, height, width).

    Returns:
      bool (n,).
    """
    maps, masks = np.asarray(maps), np.asarray(masks, bool)
    flat = maps.reshape(len(maps), -1)
    inside = masks.reshape(flat.shape)[np.arange(len(flat)), flat.argmax(1)]
    return inside & (flat.max(1) > 0)


def area(maps, share: float = SHARE) -> np.ndarray:
    """Returns where each map is at least a share of its maximum; nowhere if that is not positive.

    Args:
      maps: float (n, height, width).
      share: in (0, 1].

    Returns:
      bool (n, height, width).
    """
    maps = np.asarray(maps)
    highest = maps.max((1, 2), keepdims=True)
    return (maps >= share * highest) & (highest > 0)


def overlap(maps, masks, share: float = SHARE) -> np.ndarray:
    """Returns the intersection of each map's area with its mask, divided by their union.

    Args:
      maps, masks: see `pointing`; a mask holds at least one pixel.
      share: see `area`.

    Returns:
      float64 (n,).
    """
    found, masks = area(maps, share), np.asarray(masks, bool)
    return (found & masks).sum((1, 2)) / (found | masks).sum((1, 2))
