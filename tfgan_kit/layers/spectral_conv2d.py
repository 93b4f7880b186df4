"""A 2-D convolution with spectral normalization."""

import keras

from tfgan_kit.layers.spectral import SpectralNormalized


@keras.saving.register_keras_serializable(package="tfgan_kit")
class SpectralConv2D(SpectralNormalized, keras.layers.Conv2D):
    """Channels-last convolution whose kernel is divided by its largest singular value.

    The singular value is that of the kernel as a (height * width * inputs, filters) matrix, which
    bounds the convolution's own only up to a constant (Miyato 2018, section 2.1 and appendix D).
    Takes the arguments of `keras.layers.Conv2D`. See `SpectralNormalized` for when the estimate of
    the singular value changes.

    Reference:
      Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018.
    """

    def call(self, inputs):
        """Maps (batch, height, width, channels) to (batch, new height, new width, filters)."""
        outputs = self.convolution_op(inputs, self.normalized_kernel())
        if self.bias is not None:
            outputs = keras.ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)
