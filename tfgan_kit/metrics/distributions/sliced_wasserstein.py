"""The sliced Wasserstein distance, of features and of image patches."""

import numpy as np
from scipy.ndimage import correlate1d

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order, check_pair

PROJECTIONS = 512
SMALLEST = 16
PATCH = 7
PATCHES = 128
CHUNK_VALUES = 2**23  # 64 MB of float64.
ROWS = 4096
BINOMIAL = np.array([1, 4, 6, 4, 1], np.float32) / 16


def sliced_wasserstein(a, b, projections: int = PROJECTIONS, seed: int = 0) -> float:
    """Mean Wasserstein-1 distance of one-dimensional projections (after Rabin et al. 2011).

    In one dimension, the distance between two sets of size n is the mean absolute difference of
    their sorted values. Protocol: float64; directions uniform on the sphere, drawn with the seed.
    Compare values only for the same number of directions and the same seed.

    Args:
      a: features (n, d).
      b: features (n, d).
      projections: number of directions, at least 1.
      seed: seed of the directions.

    Returns:
      The distance, 0 or more, in units of the features; symmetric, and 0 for equal sets.

    Raises:
      UserError: if the sizes differ, a set has fewer than two examples, or a value is not finite.
    """
    a, b = check_pair(a, b)
    if len(a) != len(b):
        raise UserError(
            f"the sliced Wasserstein distance needs sets of one size, not {len(a)} and {len(b)}; "
            "take as many of each"
        )
    if projections < 1:
        raise UserError(f"1 or more projections are needed, not {projections}")
    directions = np.random.default_rng(seed).normal(size=(a.shape[1], projections))
    directions /= np.linalg.norm(directions, axis=0)
    step = max(1, CHUNK_VALUES // len(a))
    total = 0.0
    for start in range(0, projections, step):
        some = directions[:, start : start + step]
        total += np.abs(_sorted(a, some) - _sorted(b, some)).mean(0).sum()
    return float(total / projections)


def _sorted(features, directions):
    projected = np.empty((len(features), directions.shape[1]))
    for start in range(0, len(features), ROWS):  # Avoids a float64 copy of all features.
        rows = slice(start, start + ROWS)
        projected[rows] = features[rows].astype(np.float64) @ directions
    projected.sort(axis=0)
    return projected


def laplacian_sliced_wasserstein(real, fake, seed: int = 0) -> dict[str, float]:
    """Sliced Wasserstein distances of patches from the levels of a pyramid (Karras et al. 2018).

    The levels form a Laplacian pyramid: the difference of each size from the next smaller one, and
    the smallest size itself.

    Protocol: 128 patches of 7 x 7 from each image and level, at positions drawn with the seed for
    the images in their canonical order; each set's patches are normalised per channel, by
    subtracting the mean and dividing by the standard deviation; 512 directions; times 1000, as in
    the paper's tables. Coarse levels compare layout, fine levels texture. The paper uses 8192
    images per set.

    Args:
      real: (n, r, r, channels), uint8 or float of the same scale as fake; r a power of 2 from 16.
      fake: the same shape.
      seed: seed of the positions and directions.

    Returns:
      "swd_R" for each level's resolution R = r, r / 2, .. 16, and "swd_mean", their mean.

    Raises:
      UserError: if the shapes differ or are invalid, there are fewer than two images, or a pixel is
        not finite.
    """
    real, fake = np.asarray(real), np.asarray(fake)
    _check_images(real, fake)
    found = {}
    levels = zip(_pyramid(real), _pyramid(fake), strict=True)
    for level, (real_level, fake_level) in enumerate(levels):
        patches = [_patches(x, [seed, level]) for x in (real_level, fake_level)]
        found[f"swd_{real_level.shape[1]}"] = 1e3 * sliced_wasserstein(*patches, seed=seed)
    return found | {"swd_mean": float(np.mean(list(found.values())))}


def _check_images(real, fake):
    if real.ndim != 4 or real.shape != fake.shape:
        raise UserError(
            "images of one shape (n, r, r, channels) are needed for the patch distance, not "
            f"{real.shape} and {fake.shape}"
        )
    count, height, width, _ = real.shape
    if height != width or height < SMALLEST or height & (height - 1):
        raise UserError(
            f"square images of a power of 2 from {SMALLEST} are needed for the patch distance, not "
            f"{height} x {width}; resize or pad them"
        )
    check_pair(real.reshape(count, -1), fake.reshape(count, -1), ("real", "fake"))


def _pyramid(images):
    """Yields each level's band, finest first, and finally the smallest image itself; float32."""
    images = images[canonical_order(images.reshape(len(images), -1))].astype(np.float32)
    while images.shape[1] > SMALLEST:
        smaller = _blur(images)[:, ::2, ::2]
        spread = np.zeros_like(images)
        spread[:, ::2, ::2] = 4 * smaller  # A quarter of the pixels carry all the intensity.
        yield images - _blur(spread)
        images = smaller
    yield images


def _blur(images):
    for axis in (1, 2):
        images = correlate1d(images, BINOMIAL, axis, mode="mirror")
    return images


def _patches(images, seed):
    """Normalised patches (n * 128, 7 * 7 * channels)."""
    count, size, _, channels = images.shape
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    places = np.random.default_rng(seed).integers(size - PATCH + 1, size=(2, count, PATCHES))
    patches = windows[np.arange(count)[:, None], *places].reshape(-1, channels, PATCH * PATCH)
    patches -= patches.mean((0, 2), keepdims=True, dtype=np.float64)
    variance = np.einsum("pcx,pcx->c", patches, patches, dtype=np.float64)
    variance /= len(patches) * PATCH * PATCH
    patches /= np.sqrt(np.where(variance > 0, variance, 1.0))[:, None]
    return patches.reshape(len(patches), -1)
