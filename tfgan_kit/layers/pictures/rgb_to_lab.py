"""RGB images in a network that works in Lab."""

import keras

from tfgan_kit.pictures.lab import rgb_to_lab


@keras.saving.register_keras_serializable(package="tfgan_kit")
class RGBToLab(keras.layers.Layer):
    """`tfgan_kit.pictures.lab.rgb_to_lab`: RGB in [-1, 1] to L / 50 - 1, a / 110, b / 110.

    Inputs and outputs are (batch, height, width, 3), float32 whatever the dtype policy.
    """

    def __init__(self, dtype="float32", **kwargs):
        super().__init__(dtype=dtype, **kwargs)

    def call(self, inputs):
        """Maps (batch, height, width, 3)."""
        return rgb_to_lab(inputs)

    def compute_output_shape(self, input_shape):
        """Returns the same shape."""
        return input_shape
