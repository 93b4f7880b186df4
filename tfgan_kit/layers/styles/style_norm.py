"""Instance normalisation with the scale and the shift of a style."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class StyleNorm(keras.layers.Layer):
    """x (1 + s) + b for a map x that is normalised per example and channel.

    A style of zeros only normalises. `AdaIN` in contrast takes the deviations themselves. Computed
    in float32 even under mixed precision; 1e-8 is added to the variance.

    Reference:
      Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
      equation 1; 1 + s is the authors' code's.
    """

    _EPSILON = 1e-8

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, inputs):
        """Maps [(batch, h, w, channels), styles (batch, 2 * channels)] to the shape of the first.

        Args:
          inputs: a map, and for each example the scales s of all channels, followed by the shifts.
        """
        x, style = (keras.ops.cast(each, "float32") for each in inputs)
        mean, variance = keras.ops.moments(x, axes=[1, 2], keepdims=True)
        normalised = (x - mean) * keras.ops.rsqrt(variance + self._EPSILON)
        scale, shift = keras.ops.split(style[:, None, None, :], 2, axis=-1)
        return keras.ops.cast(normalised * (1.0 + scale) + shift, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the map."""
        return input_shape[0]
