"""Sampling inside an exported graph: latents from seeds, and images as bytes."""

import tensorflow as tf

from tfgan_kit.randomness import seed_of

_PURPOSE = 1  # The second half of a seed. Clients rely on it: it never changes.


def latents_of_seeds(seeds, distribution: str, latent_size: int):
    """One latent per seed, which depends on that seed alone.

    Args:
      seeds: int64 (n,).
      distribution: "normal" for N(0, 1), "uniform" for U(-1, 1).
      latent_size: length of a latent.

    Returns:
      A float32 tensor (n, latent_size).
    """
    return tf.map_fn(
        lambda seed: _draw([latent_size], tf.stack([seed, _PURPOSE]), distribution),
        seeds,
        fn_output_signature=tf.TensorSpec((latent_size,), tf.float32),
    )


def first_latents(count, seed: int, distribution: str, latent_size: int):
    """The latents of `tfgan_kit.latent.latents.fixed_latents`, for a count given as a tensor."""
    return _draw([count, latent_size], [seed_of(seed, "sample"), 0], distribution)


def _draw(shape, seed, distribution):
    if distribution == "uniform":
        return tf.random.stateless_uniform(shape, seed, -1.0, 1.0, alg="philox")
    return tf.random.stateless_normal(shape, seed, alg="philox")


def as_bytes(images):
    """Maps images [-1, 1] to uint8 [0, 255], as `tfgan_kit.pictures.images.to_uint8` does."""
    return tf.cast(tf.clip_by_value(tf.round((images + 1.0) * 127.5), 0.0, 255.0), tf.uint8)
