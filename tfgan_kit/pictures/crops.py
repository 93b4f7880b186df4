"""Random crops and quarter turns of images on the device."""

import tensorflow as tf

from tfgan_kit.randomness import integers, uniform


def random_crops(images, size: int, seed, *, step: int = 1):
    """Cuts a square at a random place out of each image.

    Args:
      images: tensor (batch, height, width, channels) of known height and width, at least `size`.
      size: side of the squares.
      seed: integer tensor [2], the same on every replica.
      step: number that the distances of the squares from the top and the left are multiples of.

    Returns:
      A tensor (batch, size, size, channels) of the same type.
    """
    height, width, channels = images.shape[1:]
    counts = [(side - size) // step + 1 for side in (height, width)]
    places = tf.cast(uniform(seed, [tf.shape(images)[0], 2]) * counts, tf.int32) * step
    corners = places[..., None] + tf.range(size)
    rows = tf.gather(images, corners[:, 0], axis=1, batch_dims=1)
    crops = tf.gather(rows, corners[:, 1], axis=2, batch_dims=1)
    return tf.ensure_shape(crops, (None, size, size, channels))


def random_turns(images, seed):
    """Turns each image by 0, 90, 180 or 270 degrees and mirrors it or not, with equal chances.

    Args:
      images: tensor (batch, side, side, channels).
      seed: integer tensor [2], the same on every replica.

    Returns:
      A tensor of the same shape and type.
    """
    ways = integers(seed, [tf.shape(images)[0]], 0, 8)[:, None, None, None]
    images = tf.where(ways % 2 == 1, images[:, ::-1], images)
    images = tf.where(ways // 2 % 2 == 1, images[:, :, ::-1], images)
    return tf.where(ways // 4 == 1, tf.transpose(images, (0, 2, 1, 3)), images)
