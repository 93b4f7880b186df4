"""The base of layers that draw random numbers in training."""

import random

import keras
import tensorflow as tf

from tfgan_kit.randomness import Random


class RandomLayer(keras.layers.Layer):
    """Base of layers whose random numbers differ between replicas and survive a resume.

    The numbers depend only on (seed, counter, replica). The counter is a weight that each call in
    training increments by one, so it is saved and checkpointed with the network, and a resumed run
    draws the same numbers as an uninterrupted one. Each replica takes its own rows of one draw for
    the global batch; Keras' own layers draw the same numbers on every replica.

    A clone has the seed of its original and a counter of its own.

    Args:
      seed: seed of the draws. By default it is drawn from the generator that
        `keras.utils.set_random_seed` seeds.
    """

    mixes_examples = True  # Numbers are drawn for the batch as a whole.

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = random.getrandbits(31) if seed is None else seed

    def build(self, input_shape):
        """Creates the counter."""
        del input_shape
        # Without aggregation, each replica counts in its own copy. The copies agree, as all
        # replicas make the same calls, and counting needs no synchronisation, which would not be
        # possible inside a data-dependent condition.
        self.counter = self.add_weight(
            name="counter", shape=(), initializer="zeros", dtype="int64", trainable=False
        )

    def draws(self) -> Random:
        """Returns the `Random` that draws this call's numbers, and counts the call."""
        count = tf.convert_to_tensor(self.counter.value)
        self.counter.assign_add(1)
        return Random(self.seed, count)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "seed": self.seed}
