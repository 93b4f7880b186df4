"""Noise that a generator can use for detail, new in training and always the same in use."""

import keras
import tensorflow as tf

from tfgan_kit.layers.random_layer import RandomLayer


@keras.saving.register_keras_serializable(package="tfgan_kit")
class PixelNoise(RandomLayer):
    """Adds one map of noise, times a weight per channel that starts at 0.

    In training each example gets a new map of N(0, 1) in each call. Otherwise all get the same one,
    drawn when the layer was built and saved with it: a latent then always gives the same image, in
    memory and exported. Maps that are given, (batch, height, width, 1), take the place of either.

    Args:
      seed: see `RandomLayer`.

    Reference:
      Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
      section 2 and figure 1.
    """

    def build(self, input_shape):
        """Creates the counter, the weights and the fixed map."""
        super().build(input_shape)
        _, height, width, channels = input_shape
        self.weight = self.add_weight(name="weight", shape=(channels,), initializer="zeros")
        self.fixed = self.add_weight(
            name="fixed",
            shape=(1, height, width, 1),
            initializer=keras.initializers.RandomNormal(0.0, 1.0),
            trainable=False,
        )

    def call(self, inputs, noise=None, training=False):
        """Maps (batch, height, width, channels), and perhaps maps of noise, to the same shape."""
        if noise is None and not training:
            noise = tf.convert_to_tensor(self.fixed)
        elif noise is None:
            noise = self.draws().normal("noise", [tf.shape(inputs)[0], *inputs.shape[1:3], 1])
        return inputs + tf.cast(noise, inputs.dtype) * self.weight
