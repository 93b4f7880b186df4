"""How far images of an object are from each other."""

import tensorflow as tf


def distance(images, others, mask):
    """The mean of `distances`."""
    return tf.reduce_mean(distances(images, others, mask))


def distances(images, others, mask):
    """The mean absolute difference of each image inside a mask, as a share of the range.

    Args:
      images, others: float32 (batch, height, width, channels), about [-1, 1].
      mask: (batch, height, width, 1).
    """
    inside = tf.reduce_sum(tf.abs(images - others) * mask, [1, 2, 3])
    size = tf.reduce_sum(mask, [1, 2, 3]) * images.shape[-1]
    return inside / tf.maximum(size, 1.0) / 2.0
