"""The error of the way there and back, and whether the way back reads a hidden message."""

import numpy as np

from tfgan_kit.metrics.images import errors
from tfgan_kit.pictures.images import to_uint8

NOISE = 0.02  # Standard deviation, where the range of images is 2.


def cycle_errors(truth, made, back, seed: int) -> dict[str, float]:
    """Measures how images come back from their translations.

    Args:
      truth: the images, uint8 (n, height, width, channels).
      made: their translations, float32 of the same shape in [-1, 1].
      back: function from translations to images, both like `made`.
      seed: of the noise.

    Returns:
      The mean absolute error in % of the range: "cycle_l1", also with the translation rounded to 8
      bits ("cycle_l1_rounded"), and with noise of standard deviation `NOISE` added to it
      ("cycle_l1_noisy"). Where these are far higher, the translation hides the image.
    """
    noise = np.random.default_rng(seed).normal(0, NOISE, made.shape)
    ways = {
        "cycle_l1": made,
        "cycle_l1_rounded": to_uint8(made) / np.float32(127.5) - 1,
        "cycle_l1_noisy": (made + noise).astype(np.float32),
    }
    return {
        name: float(errors.l1(truth, to_uint8(back(given))).mean()) for name, given in ways.items()
    }
