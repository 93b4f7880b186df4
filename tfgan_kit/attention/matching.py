"""How far apart two networks look: distances between their maps, each of unit length.

Maps are (b, h, w, k), attention is (b, h, w). Results are means over the batch, float32.
"""

import numpy as np
import tensorflow as tf

_EPSILON = 1e-12  # Added to squared lengths: a map of zeros has no direction.


def activity(maps):
    """Returns q = sum_k A_k^2: where a layer is active, whatever for.

    Zagoruyko & Komodakis, Paying More Attention to Attention, 2017, section 3.1, with p = 2.
    """
    return tf.reduce_sum(tf.square(tf.cast(maps, tf.float32)), -1)


def unit(attention):
    """Returns q / ||q||_2 as vectors (b, h w); that of zeros is zero."""
    size = attention.shape[1] * attention.shape[2]
    flat = tf.reshape(tf.cast(attention, tf.float32), [-1, size])
    return flat / _length(flat)[:, None]


def mean_squared_difference(one, other):
    """Returns the mean over batch and positions of the squared difference of `unit`."""
    return tf.reduce_mean(tf.square(unit(one) - unit(other)))


def length_of_difference(one, other):
    """Returns the mean over the batch of the L2 norm of the difference of `unit`."""
    return tf.reduce_mean(_length(unit(one) - unit(other)))


def absolute_difference(one, other):
    """Returns the mean over the batch of the sum over positions of |difference of `unit`|.

    Dhar et al., Learning without Memorizing, 2019, equation 3.
    """
    return tf.reduce_mean(tf.reduce_sum(tf.abs(unit(one) - unit(other)), -1))


def of_one_size(one, other):
    """Returns two attentions at the smaller height and the smaller width, by means over areas.

    If a side is no multiple of the smaller one, the areas overlap in a row or a column.
    """
    sides = [min(pair) for pair in zip(one.shape[1:], other.shape[1:], strict=True)]
    return _reduced(one, sides), _reduced(other, sides)


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


def _length(vectors):
    return tf.sqrt(tf.reduce_sum(tf.square(vectors), -1) + _EPSILON)
