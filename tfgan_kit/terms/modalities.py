"""Losses of label maps and of depths, and how well latents agree."""

import tensorflow as tf

LEAST_BEND = 1e-6  # Of the BerHu loss, for predictions that are exact.


def cross_entropy_of_ids(ids, logits):
    """Mean over all pixels of the cross-entropy, which is 0 in pixels without a class.

    Args:
      ids: integers (batch, height, width); those that are none of the logits' classes do not count.
      logits: float32 (batch, height, width, classes).
    """
    classes = logits.shape[-1]
    own = tf.clip_by_value(ids, 0, classes - 1)
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(own, logits)
    return tf.reduce_mean(values * tf.cast(ids == own, tf.float32))


def soft_cross_entropy(targets, logits):
    """Mean over all pixels of - sum_k p_k log q_k.

    Args:
      targets: logits of p, (batch, height, width, classes).
      logits: logits of q, of the same shape.
    """
    values = tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(targets), logits)
    return tf.reduce_mean(values)


def berhu(predictions, targets, known=None):
    """The reverse Huber loss: |d| up to c, and (d^2 + c^2) / (2 c) beyond.

    c is a fifth of the largest |d| of an image; gradients do not flow through it.

    Args:
      predictions, targets: float32 (batch, height, width, 1).
      known: 1 for pixels that count and 0 for others, of the same shape; all count by default.

    Returns:
      The mean over the batch of each image's mean over its pixels that count, 0 if there are none.

    Reference:
      Laina et al., Deeper Depth Prediction with Fully Convolutional Residual Networks, 2016,
      section 3.2.
    """
    known = tf.ones_like(targets) if known is None else known
    away = tf.abs(predictions - targets) * known
    largest = tf.reduce_max(away, [1, 2, 3], keepdims=True)
    bend = tf.maximum(tf.stop_gradient(largest) / 5, LEAST_BEND)
    values = tf.where(away <= bend, away, (away**2 + bend**2) / (2 * bend)) * known
    counts = tf.reduce_sum(known, [1, 2, 3])
    return tf.reduce_mean(tf.reduce_sum(values, [1, 2, 3]) / tf.maximum(counts, 1.0))


def alignment(first, second):
    """The mean cosine of the angle between two latents of each example.

    Args:
      first, second: (batch, height, width, channels).
    """
    flat = [tf.reshape(latent, [tf.shape(latent)[0], -1]) for latent in (first, second)]
    return tf.reduce_mean(
        tf.reduce_sum(tf.math.l2_normalize(flat[0], -1) * tf.math.l2_normalize(flat[1], -1), -1)
    )
