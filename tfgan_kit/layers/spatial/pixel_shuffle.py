"""Turns channels into pixels."""

import keras
import tensorflow as tf

from tfgan_kit.errors import UserError


@keras.saving.register_keras_serializable(package="tfgan_kit")
class PixelShuffle(keras.layers.Layer):
    """Maps (batch, height, width, scale^2 * n) to (batch, scale * height, scale * width, n).

    An output value is

        out[scale * i + di, scale * j + dj, c] = in[i, j, (scale * di + dj) * n + c]

    so the n channels of one pixel lie next to each other. PyTorch's layer of that name has the
    order c * scale^2 + scale * di + dj instead; kernels from there must be permuted.

    Args:
      scale: factor on height and width.

    Raises:
      UserError: in `build`, if the number of channels is not a multiple of scale^2.

    Reference:
      Shi et al., Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
      Convolutional Neural Network, 2016, equation 4.
    """

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def build(self, input_shape):
        """Checks the channels of (batch, height, width, channels)."""
        if input_shape[-1] % self.scale**2:
            raise UserError(
                f"pixel shuffle by {self.scale} cannot split {input_shape[-1]} channels; give it a "
                f"multiple of {self.scale**2}"
            )

    def call(self, inputs):
        """Maps (batch, height, width, channels) as the class says."""
        return tf.nn.depth_to_space(inputs, self.scale)

    def compute_output_shape(self, input_shape):
        """Returns (batch, scale * height, scale * width, channels / scale^2)."""
        batch, height, width, channels = input_shape
        sides = (side and side * self.scale for side in (height, width))
        return (batch, *sides, channels // self.scale**2)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "scale": self.scale}
