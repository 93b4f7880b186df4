"""Colour spaces inside networks: a model that works in Lab takes and gives RGB."""

import keras

from tfgan_kit.pictures.lab import lab_to_rgb


@keras.saving.register_keras_serializable(package="tfgan_kit")
class LabToRGB(keras.layers.Layer):
    """`tfgan_kit.pictures.lab.lab_to_rgb`: L / 50 - 1, a / 110, b / 110 to RGB in [-1, 1].

    Inputs and outputs are (batch, height, width, 3), float32 whatever the dtype policy.
    """

    def __init__(self, dtype="float32", **kwargs):
        super().__init__(dtype=dtype, **kwargs)

    def call(self, inputs):
        """Maps (batch, height, width, 3)."""
        return lab_to_rgb(inputs)

    def compute_output_shape(self, input_shape):
        """Returns the same shape."""
        return input_shape
