"""MetaGAN's losses, on the logits l_1 .. l_N of the classes and l_{N+1}, that of generated images.

Zhang et al., MetaGAN: An Adversarial Approach to Few-Shot Learning, 2018, section 4. With the
softmax p over all N + 1 logits, an image is real with the probability p_1 + ... + p_N, of which the
logarithm is LSE(l_1 .. l_N) - LSE(l_1 .. l_{N+1}); LSE is the logarithm of the sum of exponentials.
"""

import tensorflow as tf


def as_real(logits, fake_logit):
    """-log of the probability that images are real: the generator minimises it for its own.

    Args:
      logits: float32 (n, N).
      fake_logit: float32 (n, 1).

    Returns:
      A mean over the images.
    """
    real = tf.reduce_logsumexp(logits, -1)
    return tf.reduce_mean(_of_all(logits, fake_logit) - real)


def as_fake(logits, fake_logit):
    """-log of the probability that images are generated; see `as_real`."""
    return tf.reduce_mean(_of_all(logits, fake_logit) - fake_logit[:, 0])


def _of_all(logits, fake_logit):
    return tf.reduce_logsumexp(tf.concat([logits, fake_logit], -1), -1)
