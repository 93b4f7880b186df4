"""Dropout whose masks differ between replicas and survive a resume."""

import keras
import tensorflow as tf

from tfgan_kit.layers.random_layer import RandomLayer


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Dropout(RandomLayer):
    """Sets each value to 0 with probability `rate` in training and divides the others by 1 - rate.

    Args:
      rate: share of the values to drop, in [0, 1).
      seed: see `RandomLayer`.

    Raises:
      ValueError: if the rate is not in [0, 1).

    Reference:
      Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"a dropout rate must be at least 0 and below 1, got {rate}")
        self.rate = rate

    def call(self, inputs, training=False):
        """Maps (batch, ...) to the same shape. Without training it returns its input."""
        if not training or not self.rate:
            return inputs
        values = self.draws().uniform("dropout", tf.shape(inputs))
        return tf.where(values >= self.rate, inputs / (1 - self.rate), tf.zeros_like(inputs))

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "rate": self.rate}
