"""A label as constant maps beside those of an image."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class LabelMaps(keras.layers.Layer):
    """Appends one constant map per element of a label to maps of any size."""

    def call(self, inputs):
        """Joins maps and labels.

        Args:
          inputs: maps (batch, height, width, channels), and labels (batch, n).

        Returns:
          (batch, height, width, channels + n).
        """
        maps, label = inputs
        constant = keras.ops.ones_like(maps[..., :1]) * label[:, None, None, :]
        return keras.ops.concatenate([maps, constant], axis=-1)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the maps with n more channels."""
        maps, label = input_shape
        return (*maps[:-1], maps[-1] + label[-1])
