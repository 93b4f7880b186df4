"""A small low-pass filter, against the blocks that nearest-neighbour doubling leaves."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Blur(keras.layers.Layer):
    """Filters each channel with [1, 2, 1] x [1, 2, 1] / 16; pixels beyond the border are 0.

    It has gradients of any order, also where `tf.image.resize` silently has none.

    Reference:
      Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
      section 2.
    """

    def call(self, inputs):
        """Maps (batch, height, width, channels) to the same shape."""
        x = tf.pad(inputs, [[0, 0], [1, 1], [1, 1], [0, 0]])
        x = x[:, :-2] + 2.0 * x[:, 1:-1] + x[:, 2:]
        x = x[:, :, :-2] + 2.0 * x[:, :, 1:-1] + x[:, :, 2:]
        return x / 16.0

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape
