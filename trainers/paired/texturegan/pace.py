"""Lets a discriminator rest while it is too good, so that its generator can follow."""

import tensorflow as tf

from tfgan_kit.terms.losses import global_mean


def pace(on_real, on_fake, ceiling: float, middle: float):
    """Returns 1 if a discriminator is to learn in this step, 0 if its accuracy is too high.

    The released code of TextureGAN leaves out the discriminator's step. Here its loss is multiplied
    by 0, and what is left of a step is the optimiser's momentum.

    Args:
      on_real, on_fake: logits of any shape.
      ceiling: the accuracy, over the global batch and half of it on each side, above which it
        rests; with 1 it never does.
      middle: the logit between "fake" and "real".

    Returns:
      A float32 scalar.
    """
    if ceiling == 1:
        return 1.0
    right = tf.cast(on_real > middle, tf.float32), tf.cast(on_fake < middle, tf.float32)
    accuracy = (global_mean(right[0]) + global_mean(right[1])) / 2
    return tf.cast(accuracy <= ceiling, tf.float32)
