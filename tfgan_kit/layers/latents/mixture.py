"""Latents of several components, with nothing between them."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Mixture(keras.layers.Layer):
    """Moves each latent along the axis of the largest of its first n numbers.

    z becomes z + distance * e_k with k = argmax_{i < n} z_i. Numbers that are drawn independently
    from one distribution so become those of a mixture of n components, which are equally likely and
    lie apart. A network after it is continuous within each, but need not draw anything between
    them, where images of two kinds would have to turn into each other. The idea of a mixture is
    that of DeLiGAN (Gurumurthy et al. 2017) and of Gaussian Mixture GAN (Ben-Yosef and Weinshall
    2018), whose means are weights; this one has none. The gradient reaches z as it is.

    Args:
      count: n, from 1 to the length of the latent.
      distance: how far the latents move.
      dtype: which number is the largest does not depend on the precision of the networks.

    Raises:
      ValueError: when built for latents that are too short.
    """

    def __init__(self, count, distance, dtype="float32", **keywords):
        super().__init__(dtype=dtype, **keywords)
        self.count, self.distance = count, distance

    def build(self, input_shape):
        """Checks the length of the latent."""
        if not 1 <= self.count <= input_shape[-1]:
            raise ValueError(f"{self.count} components of a latent of {input_shape[-1]} numbers")
        super().build(input_shape)

    def call(self, latent):
        """Maps (batch, size) to the same shape, float32."""
        # Keras' argmax looks at the bits of -0.0, which ONNX and LiteRT cannot.
        component = tf.argmax(latent[:, : self.count], axis=-1, output_type=tf.int32)
        return latent + self.distance * tf.one_hot(component, latent.shape[-1])

    def compute_output_shape(self, input_shape):
        """Returns the same shape."""
        return input_shape

    def get_config(self):
        """See `keras.layers.Layer.get_config`."""
        return super().get_config() | {"count": self.count, "distance": self.distance}
