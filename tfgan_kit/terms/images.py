"""Terms on the pixels of images."""

import tensorflow as tf

from tfgan_kit.terms.distance import difference


def total_variation(images):
    """Returns mean |x(i+1, j) - x(i, j)| + mean |x(i, j+1) - x(i, j)|.

    The anisotropic total variation (Rudin, Osher & Fatemi 1992) per pixel, so that a weight means
    the same at any size.

    Args:
      images: (batch, height, width, channels), two pixels or more in both directions.

    Returns:
      A float32 scalar, the mean over this replica's batch and the channels.
    """
    images = tf.cast(images, tf.float32)
    down = images[:, 1:] - images[:, :-1]
    right = images[:, :, 1:] - images[:, :, :-1]
    return tf.reduce_mean(tf.abs(down)) + tf.reduce_mean(tf.abs(right))


def masked_reconstruction(outputs, truths, predicted, hole=None, overlap_weight=10.0):
    """Returns the mean of w (x - y)^2 over the pixels that are predicted.

    The reconstruction loss of context encoders (Pathak et al. 2016, equation 1), as a mean in place
    of a sum. Where a prediction overlaps the known surroundings of the hole, w is `overlap_weight`
    (section 4.1), so that they join; in the hole it is 1. The divisor is the number of predicted
    pixels, not the sum of w, as in the code published with the paper.

    Args:
      outputs, truths: (batch, height, width, channels), of one range.
      predicted: (batch, height, width, 1), 1 where the error counts, 0 elsewhere.
      hole: (batch, height, width, 1), 1 where the network's input lacked the pixels; everywhere if
        None. Predicted pixels outside the hole are the overlap.
      overlap_weight: see above.

    Returns:
      A float32 scalar, the mean over this replica's batch. Each image counts the same, however
      large its hole; one with nothing to predict counts 0.
    """
    predicted = tf.cast(predicted, tf.float32)
    weights = predicted
    if hole is not None:
        weights = predicted * tf.where(tf.cast(hole, tf.bool), 1.0, overlap_weight)
    squares = tf.reduce_mean(tf.square(difference(outputs, truths)), axis=-1, keepdims=True)
    pixels = (1, 2, 3)
    sums = tf.reduce_sum(weights * squares, pixels)
    return tf.reduce_mean(tf.math.divide_no_nan(sums, tf.reduce_sum(predicted, pixels)))
