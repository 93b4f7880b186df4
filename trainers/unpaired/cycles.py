"""The error of the way there and back, and whether the way back reads a hidden message."""

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.fields.network import as_pictures, unrounded
from tfgan_kit.metrics.images import errors
from tfgan_kit.pictures.images import to_uint8

NOISE = 0.02  # Standard deviation, where the range of images is 2.


def cycle_errors(
    fields: tuple[Field, Field], images, made, back, *, seed: int, first: int = 0
) -> dict[str, np.ndarray]:
    """Measures how images come back from their translations.

    Args:
      fields: of the images and of their translations.
      images: the images as the data has them, (n, height, width, channels).
      made: their translations, float32 of the same shape in [-1, 1].
      back: function from values of the translations' field to images in [-1, 1].
      seed: of the noise.
      first: number of the first image; the noise of an image depends on its number alone.

    Returns:
      Name -> the mean absolute error of each image in % of the range: "cycle_l1", also with the
      translation rounded to 8 bits ("cycle_l1_rounded"), and with noise of standard deviation
      `NOISE` added to it ("cycle_l1_noisy"). Where these are far higher, the translation hides the
      image.
    """
    own, other = fields
    truth = as_pictures(own, images)
    ways = {
        "cycle_l1": made,
        "cycle_l1_rounded": to_uint8(made) / np.float32(127.5) - 1,
        "cycle_l1_noisy": made + _noise(made.shape, seed, first),
    }
    return {
        name: errors.l1(truth, to_uint8(back(unrounded(other, given))))
        for name, given in ways.items()
    }


def _noise(shape, seed, first):
    draws = [
        np.random.default_rng((seed, first + i)).standard_normal(shape[1:], np.float32)
        for i in range(shape[0])
    ]
    return np.float32(NOISE) * np.stack(draws)
