"""Fills the holes of images."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class FillHoles(keras.layers.Layer):
    """Fills the holes of images with a colour, or with other images; all else passes unchanged.

    Args:
      colour: one value per channel, or None to fill with a third input.
    """

    def __init__(self, colour=None, **kwargs):
        super().__init__(**kwargs)
        self.colour = None if colour is None else tuple(colour)

    def call(self, inputs):
        """Fills holes.

        Args:
          inputs: images, (batch, height, width, channels); holes, (batch, height, width, 1), above
            0.5 in the hole; and, without a colour, what to fill them with, of the images' shape.

        Returns:
          The shape of the images.
        """
        images, holes, *content = inputs
        filling = content[0] if content else tf.constant(self.colour, images.dtype)
        return tf.where(holes > 0.5, filling, images)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the images."""
        return input_shape[0]

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "colour": self.colour}
