"""A learned map that is the same for all examples."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class LearnedConstant(keras.layers.Layer):
    """One map for each example of its input, whatever the input's values. It starts at 1.

    Args:
      shape: (height, width, channels).

    Reference:
      Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
      section 2.
    """

    def __init__(self, shape, **kwargs):
        super().__init__(**kwargs)
        self.shape = tuple(shape)

    def build(self, input_shape):
        """Creates the map."""
        del input_shape
        self.value = self.add_weight(name="value", shape=self.shape, initializer="ones")

    def call(self, inputs):
        """Maps (batch, ...) to (batch, height, width, channels)."""
        value = tf.cast(tf.convert_to_tensor(self.value), self.compute_dtype)
        return tf.broadcast_to(value, [tf.shape(inputs)[0], *self.shape])

    def compute_output_shape(self, input_shape):
        """Returns the shape of the maps."""
        return (input_shape[0], *self.shape)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "shape": self.shape}
