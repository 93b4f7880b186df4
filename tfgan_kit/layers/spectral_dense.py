"""A dense layer with spectral normalization."""

import keras

from tfgan_kit.layers.spectral import SpectralNormalized


@keras.saving.register_keras_serializable(package="tfgan_kit")
class SpectralDense(SpectralNormalized, keras.layers.Dense):
    """Dense layer whose kernel is divided by its largest singular value.

    Takes the arguments of `keras.layers.Dense`. See `SpectralNormalized` for when the estimate of
    the singular value changes.

    Reference:
      Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018.
    """

    def call(self, inputs):
        """Maps (..., inputs) to (..., units)."""
        outputs = keras.ops.matmul(inputs, self.normalized_kernel())
        if self.bias is not None:
            outputs = keras.ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)
