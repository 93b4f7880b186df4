"""A dense layer for each channel of a map."""

import math

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class ChannelwiseDense(keras.layers.Layer):
    """Connects every position of a map to every other one within the same channel, without bias.

    With p and q running over the positions (row by row) and one matrix per channel c,

        out[q, c] = sum over p of in[p, c] * kernel[c, p, q]

    A map of n x n positions and m channels takes m n^4 weights, where a dense layer would take
    m^2 n^4. Each matrix starts as Glorot's uniform distribution for n^2 inputs and outputs.

    Reference:
      Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016, section 3.1.
    """

    def build(self, input_shape):
        """Creates the matrices for (batch, height, width, channels); the size must be known."""
        _, height, width, channels = input_shape
        positions = height * width
        limit = math.sqrt(3 / positions)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(channels, positions, positions),
            # Keras' own initialisers would count the channels as inputs.
            initializer=keras.initializers.RandomUniform(-limit, limit),
        )

    def call(self, inputs):
        """Maps (batch, height, width, channels) to the same shape."""
        _, height, width, channels = inputs.shape
        flat = keras.ops.reshape(inputs, (-1, height * width, channels))
        mixed = keras.ops.einsum("bpc,cpq->bqc", flat, self.kernel)
        return keras.ops.reshape(mixed, (-1, height, width, channels))

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape
