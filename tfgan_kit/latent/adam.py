"""A step of Adam without variables, for searches of many latents in one graph."""

import tensorflow as tf

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def adam(gradient, mean, square, done):
    """The direction of a step, and the moments after it (Kingma & Ba 2015, algorithm 1).

    Args:
      gradient: of any shape.
      mean, square: its moments so far, at first 0.
      done: the number of steps before this one, a float32 scalar.

    Returns:
      What times the learning rate is subtracted; the new mean; the new square.
    """
    mean = BETA_1 * mean + (1 - BETA_1) * gradient
    square = BETA_2 * square + (1 - BETA_2) * tf.square(gradient)
    mean_now = mean / (1 - BETA_1 ** (done + 1))
    square_now = square / (1 - BETA_2 ** (done + 1))
    return mean_now / (tf.sqrt(square_now) + EPSILON), mean, square
