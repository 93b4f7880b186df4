"""How far styles change a translation."""

import numpy as np

from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.metrics.images.lpips import lpips_diversity
from tfgan_kit.pictures.images import to_uint8
from trainers.core.pair_measures import comparable, load_lpips

INPUTS, STYLES = 100, 10  # Images that are translated, and styles for each.


def load_lpips_of(fields):
    """The network of LPIPS for images of these fields, and lines about what cannot be measured."""
    if not all(map(comparable, fields)):
        return None, ()
    lpips, note = load_lpips()
    return lpips, (note,) if note else ()


def in_styles(render, count: int, size: int, seed: int):
    """Translations of the same images, each in the same `STYLES` styles.

    Args:
      render: function from styles (count, size), which are equal, to float32 (count, height, width,
        channels) in [-1, 1].
      count: number of images.
      size: length of a style.
      seed: of the styles, which are drawn from N(0, 1).

    Returns:
      float32 (count, STYLES, height, width, channels).
    """
    styles = fixed_latents("normal", seed, STYLES, size)
    return np.stack([render(np.tile(style, (count, 1))) for style in styles], 1)


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
