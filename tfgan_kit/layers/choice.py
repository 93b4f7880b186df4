"""Chooses one of several things by chance, where the chance comes from the latent."""

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Choice(keras.layers.Layer):
    """Maps a normal number per example to one of n things, each with a probability of its own.

    The normal distribution is cut into n intervals with these probabilities, and the number lies in
    one of them. So the same number always makes the same choice.

    Args:
      count: n.

    Attributes:
      ends: where each interval but the last ends, float32 (n - 1,). They are not trained, but set;
        at first all things are equally likely.
    """

    def __init__(self, count, **keywords):
        super().__init__(**keywords)
        self.count = count

    def build(self, input_shape):
        """Makes the ends of the intervals."""
        equal = np.arange(1, self.count) / self.count
        self.ends = self.add_weight(
            shape=(self.count - 1,),
            initializer=lambda shape, dtype: tf.cast(tf.math.ndtri(equal), dtype),
            trainable=False,
            name="ends",
            dtype="float32",
            aggregation="mean",
        )
        super().build(input_shape)

    def set_chances(self, chances) -> None:
        """Sets the probabilities, (n,), which add up to 1."""
        below = tf.clip_by_value(tf.cumsum(tf.cast(chances, tf.float32))[:-1], 0.0, 1.0)
        self.ends.assign(tf.math.ndtri(below))

    def chances(self) -> np.ndarray:
        """The probabilities, float32 (n,)."""
        below = 0.5 * (1.0 + tf.math.erf(np.asarray(self.ends) * 2.0**-0.5))
        return np.diff(np.concatenate([[0.0], below, [1.0]])).astype(np.float32)

    def call(self, number):
        """Maps (batch, 1) to one-hot float32 (batch, n)."""
        ops = keras.ops
        # Comparisons alone: formats for small devices have no function of the distribution.
        beyond = ops.cast(ops.cast(number, "float32") >= self.ends, "int32")
        return ops.one_hot(ops.sum(beyond, -1), self.count, dtype="float32")

    def compute_output_shape(self, input_shape):
        """Returns (batch, n)."""
        return (input_shape[0], self.count)

    def get_config(self):
        """See `keras.layers.Layer.get_config`."""
        return super().get_config() | {"count": self.count}
