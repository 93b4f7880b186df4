"""Lays an image with transparency over another."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Overlaid(keras.layers.Layer):
    """Maps an image x and an overlay of colours c and alpha a to (1 - a) x + a c.

    All values are scaled to [-1, 1], alpha too: -1 is transparent, 1 opaque. With a float32 dtype,
    which is the default here whatever the policy, opaque colours pass exactly.

    The inputs are [(batch, height, width, 1 or n), (batch, height, width, n + 1)], the last channel
    of the second being alpha; the output is (batch, height, width, n). A single channel of x is
    repeated.
    """

    def __init__(self, dtype="float32", **kwargs):
        super().__init__(dtype=dtype, **kwargs)

    def call(self, inputs):
        """Maps [image, overlay] as the class says."""
        image, overlay = inputs
        colours, alpha = overlay[..., :-1], (overlay[..., -1:] + 1.0) / 2.0
        return (1.0 - alpha) * image + alpha * colours

    def compute_output_shape(self, input_shape):
        """Returns the shape of the overlay without alpha."""
        *rest, channels = input_shape[1]
        return (*rest, channels - 1)
