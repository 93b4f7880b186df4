"""Resizing of images inside a network, to a size known when it is built or only in use."""

import keras
import tensorflow as tf

from tfgan_kit.pictures.resampling import resize_bilinear


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Resize(keras.layers.Layer):
    """Resizes images bilinearly, antialiased; images of the right size pass unchanged.

    A network that resizes to a fixed size sees an image as a whole: a part of it, such as a tile of
    `main.py translate`, would be enlarged more, which `sees_whole` says.

    Args:
      size: (height, width), or None for that of a second input.
    """

    def __init__(self, size=None, **kwargs):
        super().__init__(**kwargs)
        self.size = None if size is None else tuple(size)

    @property
    def sees_whole(self) -> bool:
        """Whether it resizes to a fixed size."""
        return self.size is not None

    def call(self, inputs):
        """Resizes images.

        Args:
          inputs: (batch, height, width, channels); without a fixed size, a list of these and of
            images of the size to resize to.

        Returns:
          float32 (batch, new height, new width, channels).
        """
        if self.size is not None:
            return resize_bilinear(inputs, self.size)
        images, like = inputs
        known = like.shape[1:3]
        size = tf.unstack(tf.shape(like)[1:3]) if None in known else known
        return resize_bilinear(images, size)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the resized images."""
        if self.size is not None:
            return (input_shape[0], *self.size, input_shape[3])
        images, like = input_shape
        return (*like[:3], images[3])

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "size": self.size}
