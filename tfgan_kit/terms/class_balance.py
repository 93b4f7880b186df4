"""A term that keeps the classes of generated images as frequent as those of real ones.

A discriminator judges each image alone, so it hardly tells a generator that one class is drawn too
often. A classifier does: Springenberg's categorical GAN (2016) makes the mean of its predictions
uniform; here it is to be that of real images.
"""

import tensorflow as tf

from tfgan_kit.terms.losses import global_mean

# Keeps the logarithms finite where a class does not occur.
_SMALLEST = 1e-6


def class_balance(generated, real, multi_label=False):
    """Returns the divergence between mean predictions for generated and for real images.

    KL(q || r) = sum_c q_c log(q_c / r_c), where q and r are the means over the global batch of a
    classifier's probabilities for generated and real images, averaged over the domains. It is 0
    where all classes are equally frequent in both batches. No gradient flows through the real
    images.

    The shares of one batch vary, and more so those of rare classes, which this makes rarer still: a
    class that often is in no batch of n real images, as one with a share below 2 / n, may vanish.

    Args:
      generated, real: for each domain, the classifier's probabilities, (batch, classes).
      multi_label: whether they are those of independent attributes, each with its own probability;
        the result is then the mean over the attributes.

    Returns:
      A float32 scalar, the same on all replicas.
    """

    def shares(probabilities):
        mean = global_mean(tf.cast(probabilities, tf.float32), axis=0)
        mean = tf.stack([mean, 1.0 - mean], axis=-1) if multi_label else mean
        return tf.maximum(mean, _SMALLEST)

    def between(fake, true):
        q, r = shares(fake), tf.stop_gradient(shares(true))
        return tf.reduce_mean(tf.reduce_sum(q * (tf.math.log(q) - tf.math.log(r)), axis=-1))

    pairs = zip(generated, real, strict=True)
    return tf.add_n([between(*pair) for pair in pairs]) / len(generated)
