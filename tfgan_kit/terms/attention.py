"""How far apart two networks look: distances between their maps.

Maps of a layer are (b, h, w, k), attention is (b, h, w). Distances are float32 (b,), one for each
example, and raise ValueError if shapes differ.
"""

import numpy as np
import tensorflow as tf

from tfgan_kit.terms.distance import difference

_EPSILON = 1e-12  # Added to squared lengths: attention of zeros has no direction.


def activity(maps):
    """Returns q = sum_k A_k^2: where a layer is active, whatever for.

    Zagoruyko & Komodakis, Paying More Attention to Attention, 2017, section 3.1, with p = 2.
    """
    return tf.reduce_sum(tf.square(tf.cast(maps, tf.float32)), -1)


def unit(attention):
    """Returns q / ||q||_2 of each example, whatever its size is; that of zeros is zero."""
    attention = tf.cast(attention, tf.float32)
    squared = tf.reduce_sum(tf.square(attention), (1, 2), keepdims=True)
    return attention * tf.math.rsqrt(squared + _EPSILON)


def mean_squared_difference(one, other):
    """Returns the mean over positions of the squared difference of `unit`."""
    return tf.reduce_mean(_apart(one, other) ** 2, (1, 2))


def length_of_difference(one, other):
    """Returns the L2 norm of the difference of `unit`, at most sqrt(2) for q >= 0.

    Its gradient is 0 where both are the same.
    """
    squared = tf.reduce_sum(_apart(one, other) ** 2, (1, 2))
    apart = squared > 0  # The root has no derivative at 0.
    return tf.where(apart, tf.sqrt(tf.where(apart, squared, 1.0)), 0.0)


def absolute_difference(one, other):
    """Returns the sum over positions of |difference of `unit`|.

    Dhar et al., Learning without Memorizing, 2019, equation 3.
    """
    return tf.reduce_sum(tf.abs(_apart(one, other)), (1, 2))


def literal_difference(one, other):
    """Returns the mean over positions of |q_1 - q_2|, of attention as it is."""
    return tf.reduce_mean(tf.abs(difference(one, other)), (1, 2))


def of_one_size(one, other):
    """Returns two attentions at the smaller height and the smaller width, by means over areas.

    If a side is no multiple of the smaller one, the areas overlap in a row or a column.
    """
    sides = [min(pair) for pair in zip(one.shape[1:], other.shape[1:], strict=True)]
    return _reduced(one, sides), _reduced(other, sides)


def _apart(one, other):
    return difference(unit(one), unit(other))


def _reduced(attention, sides):
    rows, columns = (
        _means(own, wanted) for own, wanted in zip(attention.shape[1:], sides, strict=True)
    )
    return tf.einsum("ih,bhw,jw->bij", rows, attention, columns)


def _means(own, wanted):
    """The matrix (wanted, own) of means over equal parts of a side; areas start and end outside."""
    weights = np.zeros((wanted, own), np.float32)
    for i in range(wanted):
        start, end = i * own // wanted, -(-(i + 1) * own // wanted)
        weights[i, start:end] = 1 / (end - start)
    return weights
