"""How far styles change a translation."""

import numpy as np

from tfgan_kit.metrics.images.lpips import lpips_diversity
from tfgan_kit.pictures.images import to_uint8


def style_changes(outputs, lpips=None) -> dict[str, float]:
    """Measures translations of the same images in several styles.

    Args:
      outputs: float (n, k, height, width, channels) in [-1, 1], n images in k styles.
      lpips: the network of LPIPS, or None.

    Returns:
      "style_spread", see `spread`; "style_lpips", the mean LPIPS of all pairs of translations of
      one image, if its network is given and takes images of this size.
    """
    found = {"style_spread": spread(outputs)}
    if lpips is not None and min(outputs.shape[2:4]) >= lpips.smallest:
        found["style_lpips"] = float(lpips_diversity(lpips, outputs).mean())
    return found


def spread(outputs) -> float:
    """Mean absolute difference between outputs of one input, in % of the range.

    Args:
      outputs: float (n, k, height, width, channels) in [-1, 1]; each is compared with the next.
    """
    whole = to_uint8(outputs).astype(np.float32)
    return float(np.abs(whole - np.roll(whole, 1, axis=1)).mean() / 255 * 100)
