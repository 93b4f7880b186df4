"""A surface with colours of its own, seen from a view in a light."""

import keras
import tensorflow as tf

from tfgan_kit.layers.relief.surface import normals, seen_from, shading


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Relief(keras.layers.Layer):
    """Draws albedo * shading, turned to a view; see `tfgan_kit.layers.relief.surface`."""

    def __init__(self, **kwargs):
        # Places on the surface need all digits.
        super().__init__(**{"dtype": "float32"} | kwargs)

    def call(self, inputs):
        """Draws.

        Args:
          inputs: [depth (batch, height, width, 1), albedo (batch, height, width, channels), about
            0 to 1, mask (batch, height, width, 1), 1 on the object and 0 on the ground, view
            (batch, 2), light (batch, 2 or 4), see `shading`], float32.

        Returns:
          The picture, float32 (batch, height, width, channels), -1 where it is black, and the mask
          as it is seen, (batch, height, width, 1).
        """
        depth, albedo, mask, view, light = inputs
        depth = depth[..., 0]
        seen = seen_from(tf.concat([normals(depth), albedo, mask], -1), depth, view)
        normal, colour, mask = tf.split(seen, [3, albedo.shape[-1], 1], -1)
        # Normals between those of pixels are shorter than 1, as if facing away from the light.
        return 2.0 * colour * shading(tf.math.l2_normalize(normal, -1), light) - 1.0, mask

    def compute_output_shape(self, input_shape):
        """Returns the shapes of the picture and of the mask."""
        _, albedo, mask, _, _ = input_shape
        return albedo, mask
