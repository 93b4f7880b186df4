"""Similarity of images within a class, which reveals a generator that varies little within classes.

Odena, Olah & Shlens, Conditional Image Synthesis with Auxiliary Classifier GANs, 2017, section 4.2.
"""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.ms_ssim import ms_ssim

PAIRS = 100


def class_diversity(images, labels, seed: int = 0) -> dict[int, float]:
    """Mean MS-SSIM of random pairs of images of each class: the lower, the more diverse.

    Protocol: `PAIRS` pairs per class of two different images each; a pair can repeat. The value
    means nothing on its own, as noise is the most diverse: compare it with real images of the same
    size. The paper calls a class diverse if its mean is below the largest class mean of the
    training data.

    Args:
      images: see `tfgan_kit.metrics.images.ms_ssim.ms_ssim`.
      labels: integer classes (n,), each of them at least twice.
      seed: seed of the pairs.

    Returns:
      Class -> mean, from 0 to 1.

    Raises:
      UserError: see `ms_ssim`; also if a class has only one image.
    """
    labels, found = np.asarray(labels), {}
    for c in np.unique(labels).tolist():
        places = np.flatnonzero(labels == c)
        if len(places) < 2:
            raise UserError(f"class {c} has one image, which makes no pairs; give more")
        rng = np.random.default_rng((seed, c))
        first = rng.integers(len(places), size=PAIRS)
        second = (first + rng.integers(1, len(places), size=PAIRS)) % len(places)
        found[c] = float(ms_ssim(images[places[first]], images[places[second]]).mean())
    return found
