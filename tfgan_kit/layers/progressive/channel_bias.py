"""A bias per channel, for layers that are followed by something else before their bias."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class ChannelBias(keras.layers.Layer):
    """Adds one number per channel, which starts at 0."""

    def build(self, input_shape):
        """Creates the biases."""
        self.bias = self.add_weight(name="bias", shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs):
        """Maps (batch, ..., channels) to the same shape."""
        return keras.ops.add(inputs, self.bias)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape
