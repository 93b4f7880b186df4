"""Mean distances of tensors, in float32 whatever the precision of the networks."""

import tensorflow as tf


def difference(a, b):
    """Returns a - b as float32.

    Raises:
      ValueError: if the shapes differ: nothing is broadcast, say from 1 channel to 3.
    """
    a, b = tf.cast(a, tf.float32), tf.cast(b, tf.float32)
    a.shape.assert_is_compatible_with(b.shape)
    return a - b


def mean_absolute(a, b):
    """Returns mean |a - b|, a scalar; see `difference`."""
    return tf.reduce_mean(tf.abs(difference(a, b)))


def mean_square(a, b):
    """Returns mean (a - b)^2, a scalar; see `difference`."""
    return tf.reduce_mean(tf.square(difference(a, b)))
