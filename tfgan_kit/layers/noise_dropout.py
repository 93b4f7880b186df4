"""Dropout as a source of noise: it stays on after training, and a seed determines it."""

import keras
import tensorflow as tf

from tfgan_kit.layers.hashing import PRIME, mixed

# Multipliers, arbitrary numbers below the prime.
_PLACE, _SEED, _LAYER = 1_640_531_527, 1_013_904_223, 747_796_405


@keras.saving.register_keras_serializable(package="tfgan_kit")
class NoiseDropout(keras.layers.Layer):
    """Sets values to 0 with probability `rate` and divides the others by 1 - rate, also in use.

    The mask of an example is a function of its seed, of the layer's number and of the position of
    the value: the same seed gives the same mask on any device, in any batch, and after export.

    Args:
      rate: share of the values to drop, in [0, 1).
      number: number of the layer in its network, so that its layers have different masks.

    Raises:
      ValueError: if the rate is not in [0, 1).

    Reference:
      Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, 2017, section
      3.1, where dropout is the generator's only noise.
    """

    def __init__(self, rate, number=0, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"a dropout rate must be at least 0 and below 1, got {rate}")
        self.rate, self.number = rate, number

    def call(self, inputs):
        """Drops values.

        Args:
          inputs: the values, (batch, height, width, channels), and the seeds, int64 (batch,).

        Returns:
          The shape of the values.
        """
        values, seeds = inputs
        shape = tf.shape(values)
        keys = mixed((seeds % PRIME) * _SEED + self.number * _LAYER)[:, None, None, None]
        places = tf.reshape(tf.range(tf.reduce_prod(shape[1:])), shape[1:])
        draws = mixed(tf.cast(places, tf.int64)[None] * _PLACE + keys)
        kept = draws >= int(self.rate * PRIME)
        return tf.where(kept, values / (1 - self.rate), tf.zeros_like(values))

    def compute_output_shape(self, input_shape):
        """Returns the shape of the values."""
        return input_shape[0]

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "rate": self.rate, "number": self.number}
