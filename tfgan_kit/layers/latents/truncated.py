"""Normal numbers made into those of a distribution that ends on both sides."""

import math

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Truncated(keras.layers.Layer):
    """Maps standard normal numbers x to the same place of a distribution on [-limit, limit].

    With the distribution function F of the normal distribution, that of the normal distribution cut
    off at the limit gives

        F^-1(F(-limit) + F(x) (F(limit) - F(-limit)))

    and the uniform one (2 F(x) - 1) limit. Larger numbers give larger ones, and what is drawn from
    the normal distribution becomes a draw from the other.

    Args:
      limit: above 0. That of the uniform distribution, whose numbers lie in [-1, 1], is at most 1.
      uniform: whether to map to the uniform distribution.
    """

    def __init__(self, limit, uniform=False, **keywords):
        super().__init__(**keywords)
        self.limit, self.uniform = min(limit, 1.0) if uniform else limit, uniform

    def call(self, x):
        """Maps numbers of any shape to the same shape, float32."""
        ops = keras.ops
        # In (-1, 1): two times the place in the normal distribution, minus 1.
        place = ops.erf(ops.cast(x, "float32") * 2.0**-0.5)
        if self.uniform:
            return self.limit * place
        inner = ops.erfinv(place * math.erf(self.limit * 2.0**-0.5)) * 2.0**0.5
        return ops.clip(inner, -self.limit, self.limit)

    def compute_output_shape(self, input_shape):
        """Returns the same shape."""
        return input_shape

    def get_config(self):
        """See `keras.layers.Layer.get_config`."""
        return super().get_config() | {"limit": self.limit, "uniform": self.uniform}
