"""Distances of maps that tell where networks look."""

import tensorflow as tf

from tfgan_kit.terms.distance import difference

SCALES = ("unit", "none")
_EPSILON = 1e-12  # Under the root of a norm.


def attention_distance(ours, theirs, scale: str = "unit"):
    """Returns the distance of maps, for each example.

    "unit": the L2 norm of A_1 / ||A_1|| - A_2 / ||A_2||, between 0 and the root of 2 for maps that
    are not negative, whatever their sizes are. "none": the mean of |A_1 - A_2|.

    Its gradient is 0 where both maps are the same.

    Args:
      ours, theirs: maps (b, h, w).
      scale: one of `SCALES`.

    Returns:
      float32 (b,).

    Raises:
      ValueError: if the shapes of the maps differ.
    """
    if scale == "none":
        return tf.reduce_mean(tf.abs(difference(ours, theirs)), (1, 2))
    squared = tf.reduce_sum(tf.square(difference(_unit(ours), _unit(theirs))), (1, 2))
    apart = squared > 0  # The root has no derivative at 0.
    return tf.where(apart, tf.sqrt(tf.where(apart, squared, 1.0)), 0.0)


def _unit(maps):
    maps = tf.cast(maps, tf.float32)
    squared = tf.reduce_sum(tf.square(maps), (1, 2), keepdims=True)
    return maps * tf.math.rsqrt(squared + _EPSILON)
