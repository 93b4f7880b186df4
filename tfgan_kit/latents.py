"""Latent vectors, and what a generator makes of them."""

import numpy as np
import tensorflow as tf

from tfgan_kit.names import DOMAINS
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


def render(generator, latents) -> tuple[np.ndarray, ...]:
    """Runs a generator in inference mode, a batch at a time.

    Args:
      generator: Keras model from "latent" to {"image": ...}, or of k domains to
        {"image_a": ..., "image_b": ..., ...}.
      latents: float32 (count, latent_size).

    Returns:
      One float32 array per domain, in the order of the letters: (count, height, width, channels) in
      [-1, 1], or (count, d) for points.
    """
    batches = [latents[i : i + BATCH] for i in range(0, len(latents), BATCH)]
    made = [in_order(generator(batch, training=False)) for batch in batches]
    return tuple(np.concatenate(parts).astype(np.float32) for parts in zip(*made, strict=True))


def in_order(outputs) -> tuple:
    """The images among a generator's outputs, one tensor per domain in the order of the letters."""
    if "image" in outputs:
        return (outputs["image"],)
    names = (f"image_{letter}" for letter in DOMAINS)
    return tuple(outputs[name] for name in names if name in outputs)
