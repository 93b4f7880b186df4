"""Chooses one of several things by chance, where the chance comes from the latent."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Choice(keras.layers.Layer):
    """Maps a normal number per example to one of n things, each with a probability of its own.

    The number's place in the normal distribution falls into one of n intervals, which are as long
    as the probabilities. So the same number always makes the same choice.

    Args:
      count: n.

    Attributes:
      chances: the probabilities, float32 (n,), which add up to 1; at first all are the same. They
        are not trained, but assigned.
    """

    def __init__(self, count, **keywords):
        super().__init__(**keywords)
        self.count = count

    def build(self, input_shape):
        """Makes the probabilities."""
        self.chances = self.add_weight(
            shape=(self.count,),
            initializer=keras.initializers.Constant(1.0 / self.count),
            trainable=False,
            name="chances",
            dtype="float32",
            aggregation="mean",
        )
        super().build(input_shape)

    def call(self, number):
        """Maps (batch, 1) to one-hot float32 (batch, n)."""
        ops = keras.ops
        place = 0.5 * (1.0 + ops.erf(ops.cast(number, "float32") * 2.0**-0.5))
        ends = ops.cumsum(self.chances)[:-1]
        chosen = ops.sum(ops.cast(place >= ends, "int32"), -1)
        return ops.one_hot(chosen, self.count, dtype="float32")

    def compute_output_shape(self, input_shape):
        """Returns (batch, n)."""
        return (input_shape[0], self.count)

    def get_config(self):
        """See `keras.layers.Layer.get_config`."""
        return super().get_config() | {"count": self.count}
