"""Layers with an equalised learning rate.

Their weights start as N(0, 1), and each call scales them as He's initialisation would have scaled
them once. As Adam's steps do not depend on the scale of a gradient, all layers then learn at the
same relative speed.

Reference:
  Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation, 2018,
  section 4.1.
"""

import math

import keras

HE = math.sqrt(2.0)  # He's gain, which makes up for the half that a ReLU cuts off.


class Equalized:
    """What the layers share: kernel w is used as c w, with c = lrmul gain / sqrt(fan_in).

    Args:
      gain: sqrt(2) before a LeakyReLU, 1 before nothing.
      lrmul: factor on the learning rate: the kernel starts as N(0, 1) / lrmul, and the bias is
        multiplied by lrmul, too (Karras et al., A Style-Based Generator Architecture, 2019,
        appendix C).
      *arguments, **keywords: those of Keras' layer.
    """

    def __init__(self, *arguments, gain=HE, lrmul=1.0, **keywords):
        # A new one for each layer: an initialiser draws the same numbers every time it is used.
        keywords.setdefault("kernel_initializer", keras.initializers.RandomNormal(0.0, 1.0 / lrmul))
        super().__init__(*arguments, **keywords)
        self.gain, self.lrmul = gain, lrmul

    @property
    def coefficient(self) -> float:
        """What the kernel is multiplied by in each call."""
        return self.lrmul * self.gain / math.sqrt(math.prod(self.kernel.shape[:-1]))

    def finished(self, outputs):
        """Adds the bias, if there is one, and applies the activation, if there is one."""
        if self.bias is not None:
            outputs = keras.ops.add(outputs, self.lrmul * self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "gain": self.gain, "lrmul": self.lrmul}


@keras.saving.register_keras_serializable(package="tfgan_kit")
class EqualizedDense(Equalized, keras.layers.Dense):
    """Keras' dense layer with an equalised learning rate; see `Equalized`."""

    def call(self, inputs):
        """Maps (..., inputs) to (..., units)."""
        return self.finished(keras.ops.matmul(inputs, self.coefficient * self.kernel))


@keras.saving.register_keras_serializable(package="tfgan_kit")
class EqualizedConv2D(Equalized, keras.layers.Conv2D):
    """Keras' channels-last convolution with an equalised learning rate; see `Equalized`."""

    def call(self, inputs):
        """Maps (batch, height, width, channels) to (batch, new height, new width, filters)."""
        return self.finished(self.convolution_op(inputs, self.coefficient * self.kernel))
