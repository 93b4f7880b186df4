"""Latent vectors."""

import numpy as np
import tensorflow as tf
from scipy.special import ndtr, ndtri

from tfgan_kit.errors import UserError
from tfgan_kit.randomness import seed_of


def fixed_latents(distribution: str, seed: int, count: int, latent_size: int) -> np.ndarray:
    """The latents for a seed; the first n are the same whatever the count.

    Args:
      distribution: "normal" for N(0, 1), "uniform" for U(-1, 1).
      seed: seed of the latents.
      count: number of latents.
      latent_size: their length.

    Returns:
      A float32 array (count, latent_size).
    """
    # Philox is counter-based: a longer draw begins with the numbers of a shorter one.
    return latents_of_block(distribution, seed, "sample", 0, count, latent_size)


def latents_of_block(
    distribution: str, seed: int, purpose: str, block: int, count: int, latent_size: int
) -> np.ndarray:
    """Latents of an endless stream, starting at `block * count`; see `fixed_latents`.

    Args:
      seed, purpose: select the stream; different purposes share no numbers.
      block: number of the part.
      count: number of latents in each part.
    """
    seed, shape = [seed_of(seed, purpose), block], [count, latent_size]
    if distribution == "uniform":
        return tf.random.stateless_uniform(shape, seed, -1.0, 1.0, alg="philox").numpy()
    return tf.random.stateless_normal(shape, seed, alg="philox").numpy()


def truncated(latents: np.ndarray, distribution: str, threshold: float) -> np.ndarray:
    """Latents as if every component beyond a threshold were redrawn until it is within.

    This is the truncation trick of Brock et al., Large Scale GAN Training for High Fidelity Natural
    Image Synthesis, 2019: closer to the centre, samples are better but more alike. Instead of being
    redrawn, each component moves to the same quantile of the truncated distribution. So a seed's
    latents keep their order, and its pictures change gradually with the threshold.

    Args:
      latents: latents from `fixed_latents`, (count, latent_size).
      distribution: their distribution.
      threshold: the largest absolute value, above 0; below 1 for uniform latents.

    Returns:
      A float32 array (count, latent_size), all within the threshold.

    Raises:
      UserError: if the threshold is out of range.
    """
    if distribution == "uniform":
        if not 0 < threshold < 1:
            raise UserError(
                f"--truncation {threshold:g}: the run's latents are uniform in [-1, 1], so it must "
                "be above 0 and below 1"
            )
        return (threshold * latents).astype(np.float32)
    if not threshold > 0:
        raise UserError(f"--truncation {threshold:g}: it must be above 0")
    low, high = ndtr(-threshold), ndtr(threshold)
    quantiles = low + (high - low) * ndtr(latents.astype(np.float64))
    return np.clip(ndtri(quantiles), -threshold, threshold).astype(np.float32)
