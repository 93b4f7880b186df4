"""Normalisation of each pixel's vector of channels."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class PixelNorm(keras.layers.Layer):
    """x / sqrt(mean of x^2 over the channels + 1e-8), for maps and for vectors.

    A latent is so brought onto the sphere of radius sqrt(its length). Computed in float32 even
    under mixed precision.

    Reference:
      Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
      2018, section 4.2.
    """

    _EPSILON = 1e-8

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, inputs):
        """Maps (batch, ..., channels) to the same shape."""
        x = keras.ops.cast(inputs, "float32")
        square = keras.ops.mean(keras.ops.square(x), axis=-1, keepdims=True)
        return keras.ops.cast(x * keras.ops.rsqrt(square + self._EPSILON), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape
