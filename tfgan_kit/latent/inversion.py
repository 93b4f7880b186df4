"""Finding the latent of a given image (Liu & Tuzel 2016, section 4)."""

import dataclasses
import math

import numpy as np
import tensorflow as tf

from tfgan_kit.latent.adam import adam
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.randomness import seed_of
from tfgan_kit.uses.apply import BATCH

# Weight of the mean squared latent for normal latents: enough to keep components that the image
# does not determine near the prior, and far below the squared error of a visible difference.
PRIOR_WEIGHT = 1e-3


@dataclasses.dataclass(frozen=True)
class Inversion:
    """The result of a search.

    Attributes:
      latents: float32 (n, latent_size).
      errors: float32 (n,), root mean squared error of each image, relative to the full range of
        values: 0 is perfect, and 1 is the distance between black and white.
    """

    latents: np.ndarray
    errors: np.ndarray


def invert(
    render,
    targets,
    *,
    distribution: str,
    latent_size: int,
    starts: int = 8,
    steps: int = 200,
    learning_rate: float = 0.05,
    seed: int = 0,
    initial=None,
    progress=None,
) -> Inversion:
    """Finds the latents z whose images G(z) are nearest to the targets in mean squared error.

    The error has many local minima, so the search starts at several latents per image and keeps the
    best result. The paper uses L-BFGS; this function uses Adam with a learning rate that decays to
    zero. The line search of L-BFGS is a loop on the host over one problem at a time, while Adam
    updates all starts of all images in one batch and one graph. The result depends only on the
    arguments.

    A uniform latent is kept in [-1, 1] by projection after each step; a normal one is pulled
    towards the origin by a small penalty.

    Args:
      render: function from latents (b, latent_size) to images (b, height, width, channels) in
        [-1, 1], in inference mode, differentiable by TensorFlow.
      targets: the n images, (n, height, width, channels), uint8 or float in [-1, 1].
      distribution: distribution of the latent, "uniform" or "normal".
      latent_size: its length.
      starts: number of random starting latents, the same for every image.
      steps: number of Adam steps from each start.
      learning_rate: initial learning rate.
      seed: seed of the random latents.
      initial: one further start per image, (n, latent_size), for instance from an encoder.
      progress: called with the number of completed searches and the total number.

    Raises:
      ValueError: if `render` produces images whose shape differs from that of the targets.
    """
    targets = to_model_range(tf.convert_to_tensor(targets))
    first = fixed_latents(distribution, seed_of(seed, "invert"), starts, latent_size)
    first = np.tile(first, (len(targets), 1, 1))
    if initial is not None:
        first = np.concatenate([first, np.asarray(initial, np.float32)[:, None]], axis=1)
    per_target = first.shape[1]
    first = first.reshape(-1, latent_size)
    made = render(tf.constant(first[:1])).shape[1:]
    if made != targets.shape[1:]:
        raise ValueError(f"The targets are {targets.shape[1:]}, but the images are {made}.")
    search = _search(render, distribution, steps, learning_rate)
    ends = []
    for start in range(0, len(first), BATCH):
        stop = min(start + BATCH, len(first))
        aims = tf.gather(targets, np.arange(start, stop) // per_target)
        ends.append(search(tf.constant(first[start:stop]), aims))
        if progress:
            progress(stop, len(first))
    latents, errors = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    errors = errors.reshape(-1, per_target)
    best = errors.argmin(1)[:, None]
    latents = np.take_along_axis(latents.reshape(*errors.shape, -1), best[..., None], axis=1)
    # The range from -1 to 1 has length 2.
    return Inversion(latents[:, 0], np.sqrt(np.take_along_axis(errors, best, axis=1)[:, 0]) / 2)


def _search(render, distribution, steps, learning_rate):
    """Returns a graph from latents and targets, (b, ...) each, to final latents and errors (b,).

    The errors are mean squared errors in the networks' range.
    """
    uniform = distribution == "uniform"

    def error(latents, targets):
        return tf.reduce_mean(tf.square(render(latents) - targets), axis=[1, 2, 3])

    def project(latents):
        return tf.clip_by_value(latents, -1.0, 1.0) if uniform else latents

    @tf.function(reduce_retracing=True)
    def search(latents, targets):
        latents = project(latents)
        mean = square = tf.zeros_like(latents)
        for step in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(latents)
                # A sum, so that each search's gradient does not depend on the rest of the batch.
                loss = tf.reduce_sum(error(latents, targets))
                if not uniform:
                    loss += PRIOR_WEIGHT * tf.reduce_sum(tf.reduce_mean(tf.square(latents), 1))
            gradient = tape.gradient(loss, latents)
            done = tf.cast(step, tf.float32)
            change, mean, square = adam(gradient, mean, square, done)
            rate = learning_rate * 0.5 * (1 + tf.cos(math.pi * done / steps))
            latents = project(latents - rate * change)
        return latents, error(latents, targets)

    return search
