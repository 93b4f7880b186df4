"""Maximum pooling that tells where each maximum was, and its reverse."""

import keras
import tensorflow as tf

_CELLS = 4  # Of a window of 2x2 pixels, row by row.


@keras.saving.register_keras_serializable(package="tfgan_kit")
class MaxPoolIndices(keras.layers.Layer):
    """The maximum of each window of 2x2 pixels per channel, and the number of its pixel.

    The number is 0 to 3, row by row within the window: unlike a position in the whole map, it does
    not depend on the map's size. Of equal maxima, the first counts, also for the gradient.

    Reference:
      Badrinarayanan et al., SegNet: A Deep Convolutional Encoder-Decoder Architecture for Image
      Segmentation, 2017, section 3.
    """

    def call(self, inputs):
        """Maps (batch, h, w, channels), both sides even, to maxima and indices.

        Returns:
          The maxima (batch, h / 2, w / 2, channels) and int32 indices of the same shape.
        """
        windows = tf.stack(tf.split(tf.nn.space_to_depth(inputs, 2), _CELLS, -1), -1)
        indices = tf.argmax(windows, -1, output_type=tf.int32)
        chosen = tf.one_hot(indices, _CELLS, dtype=windows.dtype)
        return tf.reduce_sum(windows * chosen, -1), indices

    def compute_output_spec(self, inputs):
        """Returns the halved shape twice, the second time as int32."""
        batch, height, width, channels = inputs.shape
        shape = (batch, height and height // 2, width and width // 2, channels)
        return (
            keras.KerasTensor(shape, self.compute_dtype),
            keras.KerasTensor(shape, "int32"),
        )


@keras.saving.register_keras_serializable(package="tfgan_kit")
class MaxUnpool(keras.layers.Layer):
    """Doubles the sides of a map: each value goes where an index says, all other pixels are 0.

    It puts the maxima of `MaxPoolIndices` back to where they were found.
    """

    def call(self, inputs):
        """Maps [(batch, h, w, channels), indices (batch, h, w, channels)] to twice the sides."""
        x, indices = inputs
        cells = [x * tf.cast(indices == cell, x.dtype) for cell in range(_CELLS)]
        return tf.nn.depth_to_space(tf.concat(cells, -1), 2)

    def compute_output_shape(self, input_shape):
        """Returns the doubled shape."""
        batch, height, width, channels = input_shape[0]
        return batch, height and 2 * height, width and 2 * width, channels
