"""Features that are drawn for each instance from those that its class usually has."""

import keras
import tensorflow as tf

from tfgan_kit.layers.hashing import PRIME, mixed

# Multipliers, arbitrary numbers below the prime.
_SEED, _INSTANCE, _CLASS = 1_013_904_223, 1_640_531_527, 747_796_405


@keras.saving.register_keras_serializable(package="tfgan_kit")
class DrawnCentres(keras.layers.Layer):
    """Gives all pixels of an instance one of the centres of its class, determined by a seed.

    The choice is a function of the seed, the instance's id and its class: it is the same on any
    device, in any batch, and after export. A class without centres gets the
    zeros that they begin as.

    Args:
      classes: number of classes.
      centres: number of centres that a class can have.
      channels: numbers that make a centre.

    Reference:
      Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs,
      2018, section 3.4.
    """

    def __init__(self, classes, centres, channels, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.classes, self.most, self.channels = classes, centres, channels

    def build(self, input_shape):
        """Creates the centres, (classes, centres, channels), and how many each class has."""
        weights = {"initializer": "zeros", "trainable": False, "autocast": False}
        shape = (self.classes, self.most, self.channels)
        self.centres = self.add_weight(name="centres", shape=shape, **weights)
        self.counts = self.add_weight(name="counts", shape=(self.classes,), **weights)

    def call(self, inputs):
        """Draws features.

        Args:
          inputs: one-hot classes (batch, h, w, classes), ids of instances, integers (batch, h, w),
            and seeds, int64 (batch,).

        Returns:
          float32 (batch, h, w, channels).
        """
        labels, instances, seeds = inputs
        classes = tf.argmax(labels, -1)
        counts = tf.gather(tf.cast(tf.convert_to_tensor(self.counts), tf.int64), classes)
        seeds = mixed((seeds % PRIME) * _SEED)[:, None, None]
        draws = mixed(tf.cast(instances, tf.int64) * _INSTANCE + classes * _CLASS + seeds)
        chosen = classes * self.most + draws % tf.maximum(counts, 1)
        table = tf.reshape(tf.convert_to_tensor(self.centres), [-1, self.channels])
        return tf.gather(table, chosen)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the features."""
        return (*input_shape[1], self.channels)

    def compute_output_spec(self, inputs):
        """Returns the shape and the dtype of the features."""
        return keras.KerasTensor((*inputs[1].shape, self.channels), "float32")

    def get_config(self):
        """Returns the arguments of the constructor."""
        own = {"classes": self.classes, "centres": self.most, "channels": self.channels}
        return {**super().get_config(), **own}
