"""Losses of label heads, where some labels may be unknown."""

import tensorflow as tf

from tfgan_kit.fields import Field
from tfgan_kit.terms.losses import global_mean


def label_loss(field: Field, labels, logits):
    """Returns the mean cross-entropy over the labelled examples of the global batch.

    Classes use a softmax; attributes use one sigmoid each, and the mean is taken over them (Odena
    2017). Unknown labels are -1 and contribute nothing; if no label is known, the loss and its
    gradient are 0.

    Args:
      field: what the labels are, of kind "class" or "attributes".
      labels: integers (batch,), or (batch, attributes) of 0 and 1.
      logits: (batch, classes or attributes).
    """
    logits = tf.cast(logits, tf.float32)
    known = labels >= 0
    # TensorFlow rejects labels below 0 or returns NaN for them, so they are replaced here and
    # masked below.
    labels = tf.where(known, labels, tf.zeros_like(labels))
    if field.kind == "class":
        costs = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    else:
        targets = tf.cast(labels, tf.float32)
        costs = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
    known = tf.cast(known, tf.float32)
    return tf.math.divide_no_nan(tf.reduce_mean(costs * known), global_mean(known))


def attributes_loss(labels, logits):
    """Returns the binary cross-entropy, summed over attributes, mean over the batch (Choi 2018).

    Args:
      labels: integers (batch, attributes), 0 or 1, or -1 where an attribute is unknown, which adds
        nothing to the sum.
      logits: (batch, attributes).
    """
    known = tf.cast(labels >= 0, tf.float32)
    targets = tf.cast(labels, tf.float32) * known
    costs = tf.nn.sigmoid_cross_entropy_with_logits(targets, tf.cast(logits, tf.float32))
    return tf.reduce_mean(tf.reduce_sum(costs * known, axis=-1))


def feature_matching(real_features, fake_features):
    """Returns the mean squared difference between the batch means of real and fake features.

    The generator's loss of Salimans et al. 2016, section 3.1.

    Args:
      real_features, fake_features: the discriminator's features of the examples, (batch, ...). No
        gradient flows through the real ones.
    """
    real = global_mean(tf.stop_gradient(tf.cast(real_features, tf.float32)), axis=0)
    return tf.reduce_mean(tf.square(global_mean(tf.cast(fake_features, tf.float32), axis=0) - real))
