"""How well two sets of points cover each other."""

import tensorflow as tf


def nearest_both_ways(a, b):
    """mean_i min_j d(a_i, b_j) + mean_j min_i d(a_i, b_j), d the mean squared difference.

    Args:
      a: float (n, d).
      b: float (m, d).

    Returns:
      A float32 scalar.

    Reference:
      Noguchi & Harada, Image Generation From Small Datasets via Batch Statistics Adaptation, 2019,
      where squared differences are added up.
    """
    a, b = tf.cast(a, tf.float32), tf.cast(b, tf.float32)
    squares = tf.reduce_sum(tf.square(a), 1)[:, None] + tf.reduce_sum(tf.square(b), 1)
    # Rounding may take a distance of 0 below it.
    distances = tf.maximum(squares - 2.0 * tf.matmul(a, b, transpose_b=True), 0.0)
    nearest = [tf.reduce_mean(tf.reduce_min(distances, axis)) for axis in (1, 0)]
    return tf.add_n(nearest) / tf.cast(tf.shape(a)[1], tf.float32)
