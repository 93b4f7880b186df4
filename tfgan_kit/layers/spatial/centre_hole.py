"""The hole in the centre of an image of any size."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class CentreHole(keras.layers.Layer):
    """The mask of the centre of images, with half their sides, less a margin on each side.

    For images of even sides, and without a rest in the margin, it is that of
    `tfgan_kit.terms.masks.centre`.

    Args:
      margin: pixels of an image of `size` that the hole leaves at each of its four sides; in
        proportion for others.
      size: see above.
    """

    def __init__(self, margin=0, size=1, **kwargs):
        super().__init__(**kwargs)
        self.margin, self.size = margin, size

    def call(self, images):
        """Maps (batch, height, width, channels) to float32 (batch, height, width, 1).

        It is 1 in the hole and 0 outside.
        """
        shape = tf.shape(images)
        hole = self._inside(shape[1])[:, None] & self._inside(shape[2])[None, :]
        return tf.tile(tf.cast(hole, tf.float32)[None, ..., None], [shape[0], 1, 1, 1])

    def _inside(self, side):
        margin = side * self.margin // self.size
        position = tf.range(side)
        return (position >= side // 4 + margin) & (position < side // 4 + side // 2 - margin)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the images with one channel."""
        return (*input_shape[:-1], 1)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "margin": self.margin, "size": self.size}
