"""Instance normalisation whose mean and standard deviation are inputs."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class AdaIN(keras.layers.Layer):
    """Adaptive instance normalisation: gives each channel the mean and deviation that are asked.

    With x normalised per example and channel,

        out = deviation * normalised + mean

    so that over the positions of a map the output has this mean and the absolute value of this
    standard deviation. The deviation may be negative. Computations are in float32 even under mixed
    precision.

    Reference:
      Huang & Belongie, Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization,
      2017, equation 8. Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018,
      equation 12, have statistics that a network computes from a style.
    """

    _EPSILON = 1e-5

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, inputs):
        """Maps [(batch, h, w, channels), (batch, 2 * channels)] to the shape of the first.

        Args:
          inputs: a map, and for each example the means of all channels, followed by their standard
            deviations.
        """
        x, statistics = inputs
        x = keras.ops.cast(x, "float32")
        mean, variance = keras.ops.moments(x, axes=[1, 2], keepdims=True)
        normalised = (x - mean) * keras.ops.rsqrt(variance + self._EPSILON)
        statistics = keras.ops.cast(statistics, "float32")[:, None, None, :]
        means, deviations = keras.ops.split(statistics, 2, axis=-1)
        return keras.ops.cast(deviations * normalised + means, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the map."""
        return input_shape[0]
