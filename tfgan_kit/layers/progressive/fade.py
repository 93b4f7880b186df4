"""The transition from the layers of a smaller resolution to those of a larger one."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Fade(keras.layers.Layer):
    """(1 - alpha) old + alpha new.

    Alpha is a weight that is not trained, not an input: a network that is saved or exported in the
    middle of a fade then computes what it computed in training, and nobody who calls it needs to
    know of alpha. It starts at 0; training sets it.

    Reference:
      Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
      2018, figure 2.
    """

    def build(self, input_shape):
        """Creates alpha."""
        del input_shape
        # All replicas set it to the same value.
        self.alpha = self.add_weight(
            name="alpha",
            shape=(),
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def call(self, inputs):
        """Maps [old, new], both (batch, height, width, channels), to the same shape."""
        old, new = inputs
        return (1.0 - self.alpha) * old + self.alpha * new

    def compute_output_shape(self, input_shape):
        """Returns the shape of either input."""
        return input_shape[0]
