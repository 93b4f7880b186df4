"""Latent vectors, and what a generator makes of them."""

import numpy as np
import tensorflow as tf

from tfgan_kit.randomness import seed_of

BATCH = 64


def fixed_latents(distribution: str, seed: int, count: int, latent_size: int) -> np.ndarray:
    """The latents that a seed stands for; the first n are the same whatever the count.

    Args:
      distribution: "normal" for N(0, 1), "uniform" for U(-1, 1).
      seed: which latents.
      count: how many.
      latent_size: their length.

    Returns:
      A float32 array (count, latent_size).
    """
    seed, shape = [seed_of(seed, "sample"), 0], [count, latent_size]
    # Philox is a counter: the numbers of a longer draw begin with those of a shorter one.
    if distribution == "uniform":
        return tf.random.stateless_uniform(shape, seed, -1.0, 1.0, alg="philox").numpy()
    return tf.random.stateless_normal(shape, seed, alg="philox").numpy()


def render(generator, latents) -> np.ndarray:
    """Runs a generator in inference mode, a batch at a time.

    Args:
      generator: Keras model from "latent" to {"image": ...}.
      latents: float32 (count, latent_size).

    Returns:
      float32 (count, height, width, channels) in [-1, 1], or (count, d) for points.
    """
    batches = [latents[i : i + BATCH] for i in range(0, len(latents), BATCH)]
    images = [np.asarray(generator(batch, training=False)["image"]) for batch in batches]
    return np.concatenate(images).astype(np.float32)
