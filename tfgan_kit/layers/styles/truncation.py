"""Intermediate latents moved towards their mean, for better but less varied images."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Truncation(keras.layers.Layer):
    """The intermediate latent w of each layer of a generator: mean + psi (w - mean).

    Later layers, which add detail, get w itself. The mean over all latents is a weight that is not
    trained; training keeps it.

    Args:
      layers: how many layers there are.
      first: how many of them, from the first, are truncated.

    Reference:
      Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
      appendix B.
    """

    def __init__(self, layers, first=8, **kwargs):
        super().__init__(**kwargs)
        self.layers, self.first = layers, first

    def build(self, input_shape):
        """Creates the mean."""
        self.mean = self.add_weight(
            name="mean",
            shape=(input_shape[0][-1],),
            initializer="zeros",
            trainable=False,
            aggregation="mean",  # Of what the replicas assign.
        )

    def call(self, inputs):
        """Maps [w (batch, n), psi (batch, 1)] to (batch, layers, n)."""
        w, psi = inputs
        first = min(self.first, self.layers)
        shortened = psi * w + (1.0 - psi) * self.mean  # So written, it is exact at 0 and 1.
        parts = [tf.stack([shortened] * first, 1)] if first else []
        parts += [tf.stack([w] * (self.layers - first), 1)] if self.layers > first else []
        return tf.concat(parts, 1)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the intermediate latents."""
        batch, size = input_shape[0]
        return (batch, self.layers, size)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "layers": self.layers, "first": self.first}
