"""The boundaries between the instances of a map, as a part of a network."""

import keras

from tfgan_kit.fields.boundaries import boundary_map


@keras.saving.register_keras_serializable(package="tfgan_kit")
class BoundaryMap(keras.layers.Layer):
    """Marks the pixels at the boundaries of instances; see `tfgan_kit.fields.boundaries`."""

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, ids):
        """Maps integers (batch, h, w) to 0 and 1, (batch, h, w, 1)."""
        return keras.ops.cast(boundary_map(ids), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the boundaries."""
        return (*input_shape, 1)

    def compute_output_spec(self, ids):
        """Returns the shape and the dtype of the boundaries."""
        return keras.KerasTensor((*ids.shape, 1), self.compute_dtype)
