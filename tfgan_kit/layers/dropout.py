"""Dropout whose masks differ between replicas and survive a resume."""

import random

import keras
import tensorflow as tf

from tfgan_kit.randomness import Random


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Dropout(keras.layers.Layer):
    """Sets each value to 0 with probability `rate` in training and divides the others by 1 - rate.

    The mask is a function of (seed, counter, replica). The counter is a weight that each call in
    training raises by one, so it is saved and checkpointed with the network, and a resumed run
    drops what the uninterrupted one would have. Each replica takes its own rows of one mask for the
    global batch; Keras' own layer draws the same mask on every replica.

    A clone has the seed of its original and a counter of its own.

    Args:
      rate: share of the values to drop, in [0, 1).
      seed: of the masks. By default it is drawn from what `keras.utils.set_random_seed` seeds.

    Raises:
      ValueError: if the rate is not in [0, 1).

    Reference:
      Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.
    """

    mixes_examples = True  # The mask is drawn for the batch as a whole.

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"a dropout rate must be at least 0 and below 1, got {rate}")
        self.rate = rate
        self.seed = random.getrandbits(31) if seed is None else seed

    def build(self, input_shape):
        """Creates the counter."""
        del input_shape
        # Without aggregation each replica counts its own copy. They agree, as all make the same
        # calls, and counting needs no exchange, which a condition on data could not contain.
        self.counter = self.add_weight(
            name="counter", shape=(), initializer="zeros", dtype="int64", trainable=False
        )

    def call(self, inputs, training=False):
        """Maps (batch, ...) to the same shape. Without training it returns its input."""
        if not training or not self.rate:
            return inputs
        values = Random(self.seed, self.counter.value).uniform("dropout", tf.shape(inputs))
        self.counter.assign_add(1)
        return tf.where(values >= self.rate, inputs / (1 - self.rate), tf.zeros_like(inputs))

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
