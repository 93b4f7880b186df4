"""Padding that mirrors the image at its borders, which Keras does not have."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class ReflectionPadding2D(keras.layers.Layer):
    """Mirrors the pixels next to each border without repeating the border: c b | a b c | b a.

    Args:
      padding: pixels on each of the four sides, fewer than the image has.
    """

    def __init__(self, padding, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding

    def call(self, inputs):
        """Maps (batch, h, w, channels) to (batch, h + 2 padding, w + 2 padding, channels)."""
        sides = (self.padding, self.padding)
        return keras.ops.pad(inputs, ((0, 0), sides, sides, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape):
        """Returns the enlarged shape; unknown sides stay unknown."""
        batch, height, width, channels = input_shape
        height, width = (side and side + 2 * self.padding for side in (height, width))
        return batch, height, width, channels

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "padding": self.padding}
