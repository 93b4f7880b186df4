"""Gaussian noise that differs between replicas and survives a resume."""

import keras
import tensorflow as tf

from tfgan_kit.layers.random_layer import RandomLayer


@keras.saving.register_keras_serializable(package="tfgan_kit")
class GaussianNoise(RandomLayer):
    """Adds zero-mean normal noise to each value in training.

    Args:
      stddev: standard deviation, at least 0.
      seed: see `RandomLayer`.

    Raises:
      ValueError: if the standard deviation is negative.
    """

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        if stddev < 0:
            raise ValueError(f"a standard deviation must be at least 0, got {stddev}")
        self.stddev = stddev

    def call(self, inputs, training=False):
        """Maps (batch, ...) to the same shape. Without training it returns its input."""
        if not training or not self.stddev:
            return inputs
        noise = self.stddev * self.draws().normal("noise", tf.shape(inputs))
        return inputs + tf.cast(noise, inputs.dtype)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "stddev": self.stddev}
