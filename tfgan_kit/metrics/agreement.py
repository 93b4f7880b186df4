"""Do the images that one latent gives in several domains correspond?"""

import numpy as np

from tfgan_kit.images import to_uint8

THRESHOLDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)


def semantic_agreement(predictions) -> float:
    """Share of latents whose images are of one class in all domains.

    Protocol: each domain's images are judged by a classifier of its own, trained on labelled images
    of that domain and not used in the training of the generators; the class is that of the largest
    probability. Chance is 1 / classes for two domains of balanced classes. Generators of a single
    class agree always, so `tfgan_kit.metrics.histogram` belongs beside it.

    Args:
      predictions: for each domain, the classes (n,) of the images of the same n latents.

    Raises:
      ValueError: if the domains differ in n.
    """
    predictions = np.stack(predictions)
    return float((predictions == predictions[0]).all(0).mean())


def pixel_agreement(mapped, other, threshold: float = 0.1) -> float:
    """Share of pixels on which T(G1(z)) and G2(z) agree, T being the true map of the domains.

    Protocol (after Liu & Tuzel 2016, who count agreeing pixels): both are rounded to 8 bits; a
    pixel agrees if no channel differs by more than the threshold. Images that are mostly background
    agree by chance; how much, the same measure of shifted pairs tells: `np.roll(other, 1, axis=0)`
    in place of `other`.

    Args:
      mapped: T(G1(z)), (n, height, width, channels), uint8 or float in [-1, 1].
      other: G2(z) for the same latents, of the same shape.
      threshold: allowed difference, as a share of the full range.

    Raises:
      ValueError: if the shapes differ.
    """
    return pixel_agreement_curve(mapped, other, (threshold,))[threshold]


def pixel_agreement_curve(mapped, other, thresholds=THRESHOLDS) -> dict[float, float]:
    """Threshold -> `pixel_agreement` at it."""
    mapped, other = to_uint8(mapped), to_uint8(other)
    if mapped.shape != other.shape:
        raise ValueError(f"The images need one shape, not {mapped.shape} and {other.shape}.")
    difference = np.abs(mapped.astype(np.int16) - other).max(-1)
    return {t: float((difference <= 255 * t + 1e-6).mean()) for t in thresholds}
