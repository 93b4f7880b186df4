"""The divergence that makes an encoder's latents normal."""

import tensorflow as tf


def kl_to_normal(mean, log_variance):
    """Returns KL(N(mean, e^log_variance) || N(0, I)) = 1/2 sum (mu^2 + e^logvar - logvar - 1).

    Kingma & Welling, Auto-Encoding Variational Bayes, 2014, appendix B.

    Args:
      mean, log_variance: an encoder's outputs, (batch, ..., size).

    Returns:
      A float32 scalar: a sum over the latent, a mean over this replica's batch. SPADE's code sums
      over the examples of a device as well: its weight of 0.05 is one of 0.05 times their number
      for this function.
    """
    mean, log_variance = tf.cast(mean, tf.float32), tf.cast(log_variance, tf.float32)
    terms = tf.square(mean) + tf.exp(log_variance) - log_variance - 1.0
    return 0.5 * tf.reduce_mean(tf.reduce_sum(terms, axis=tuple(range(1, len(terms.shape)))))


def kl_of_unit_variance(mean):
    """Returns KL(N(mean, I) || N(0, I)) = mu^2 / 2, as a mean over all values.

    Liu, Breuel & Kautz, Unsupervised Image-to-Image Translation Networks, 2017, have such latents.
    Their code leaves out the half: a weight w in it is 2 w for this function.

    Args:
      mean: an encoder's output, (batch, ...).

    Returns:
      A float32 scalar, a mean over the latent and this replica's batch.
    """
    return 0.5 * tf.reduce_mean(tf.square(tf.cast(mean, tf.float32)))
