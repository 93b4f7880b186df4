"""Differentiable augmentation of real and generated images (Zhao 2020, DiffAugment)."""

import tensorflow as tf

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.randomness import integers, uniform


def diff_augment(images, policy, seed):
    """Augments a batch, differently for each image, so that gradients pass through.

    It must be applied to both the real and the generated images that the discriminator sees, in the
    discriminator's step and in the generator's. Computations use the dtype of the images.

    Args:
      images: float (batch, height, width, channels) in [-1, 1], any number of channels.
      policy: names of augmentations, applied in the order given: "color", "translation", "cutout".
      seed: integer tensor [2], the same on every replica; it determines the result, except that
        "color" differs when compiled by XLA, which draws other floats from the same seed. What one
        augmentation draws does not depend on which others are named.

    Returns:
      A tensor of the same shape and dtype. "color" can yield values outside [-1, 1].

    Raises:
      UserError: if a name is unknown.

    Reference:
      Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020.
    """
    seeds = tf.random.experimental.stateless_split(seed, len(_AUGMENTATIONS), alg="philox")
    seeds = dict(zip(_AUGMENTATIONS, tf.unstack(seeds, len(_AUGMENTATIONS)), strict=True))
    for name in policy:
        if name not in _AUGMENTATIONS:
            raise UserError(
                f"no differentiable augmentation is called {name!r}"
                f"{suggest(name, _AUGMENTATIONS)}; choose from {', '.join(_AUGMENTATIONS)}"
            )
        images = _AUGMENTATIONS[name](images, seeds[name])
    return images


def _color(images, seed):
    """Shifts brightness by [-1/2, 1/2), scales saturation by [0, 2) and contrast by [1/2, 3/2)."""
    draws = uniform(seed, [tf.shape(images)[0], 1, 1, 1], times=3)
    brightness, saturation, contrast = tf.unstack(tf.cast(draws, images.dtype), 3)
    images += brightness - 0.5
    gray = tf.reduce_mean(images, axis=3, keepdims=True)
    images = (images - gray) * (2.0 * saturation) + gray
    mean = tf.reduce_mean(images, axis=[1, 2, 3], keepdims=True)
    return (images - mean) * (contrast + 0.5) + mean


def _translation(images, seed, ratio=0.125):
    """Shifts by a whole number of pixels, at most `ratio` of the size, and fills with zeros."""
    seeds = tf.unstack(tf.random.experimental.stateless_split(seed, 2, alg="philox"), 2)
    for axis in (1, 2):
        size = images.shape[axis]
        limit = int(size * ratio + 0.5)
        shift = integers(seeds[axis - 1], [tf.shape(images)[0], 1], -limit, limit + 1)
        # One row of zeros on either side represents everything outside the image.
        source = tf.clip_by_value(tf.range(size)[None] - shift + 1, 0, size + 1)
        padding = [[0, 0], [0, 0], [0, 0], [0, 0]]
        padding[axis] = [1, 1]
        images = tf.gather(tf.pad(images, padding), source, axis=axis, batch_dims=1)
    return images


def _cutout(images, seed, ratio=0.5):
    """Zeroes a rectangle of `ratio` times the image's size, centred anywhere in the image."""
    seeds = tf.unstack(tf.random.experimental.stateless_split(seed, 2, alg="philox"), 2)
    inside = []
    for axis in (1, 2):
        size = images.shape[axis]
        length = int(size * ratio + 0.5)
        # The centre of an even length lies between pixels, so there is one more position.
        centre = integers(seeds[axis - 1], [tf.shape(images)[0], 1], 0, size + 1 - length % 2)
        start = centre - length // 2
        position = tf.range(size)[None]
        inside.append((position >= start) & (position < start + length))
    hole = inside[0][:, :, None, None] & inside[1][:, None, :, None]
    return tf.where(hole, tf.zeros([], images.dtype), images)


_AUGMENTATIONS = {"color": _color, "translation": _translation, "cutout": _cutout}
