"""How much the images of a batch differ, as a map for the discriminator."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class MinibatchDeviation(keras.layers.Layer):
    """Joins a constant map: the mean standard deviation within a group of examples.

    Within each group, the standard deviation (1e-8 inside its root) of each value is taken over the
    examples, and averaged over positions and channels. So a discriminator notices generated images
    that are alike. Groups are of consecutive examples of this replica; real and generated images
    can thus share a pass, and replicas whose parts hold whole groups do what one does with the
    whole batch. Computed in float32 even under mixed precision.

    Args:
      group: examples in a group, which must divide the batch; 0 for the whole batch.

    Raises:
      ValueError: for a batch of a known size that the group does not divide. With an unknown size,
        TensorFlow fails in the call.

    Reference:
      Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation,
      2018, section 3, has one group, the whole batch; groups of 4 are those of the authors' code.
    """

    _EPSILON = 1e-8

    def __init__(self, group=4, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.group = group
        # See `tfgan_kit.layers.mixes_examples`: whether real and generated images need two passes.
        self.mixes_examples = not group

    def call(self, inputs):
        """Maps (batch, height, width, channels) to (batch, height, width, channels + 1)."""
        known, height, width, channels = inputs.shape
        if self.group and known is not None and known % self.group:
            raise ValueError(f"a batch of {known} cannot be divided into groups of {self.group}")
        x = tf.cast(inputs, tf.float32)
        batch = tf.shape(x)[0]
        size = self.group or batch
        groups = tf.reshape(x, [batch // size, size, height, width, channels])
        centred = groups - tf.reduce_mean(groups, 1, keepdims=True)
        deviation = tf.sqrt(tf.reduce_mean(tf.square(centred), 1) + self._EPSILON)
        each = tf.repeat(tf.reduce_mean(deviation, [1, 2, 3]), size)[:, None, None, None]
        maps = tf.broadcast_to(each, [batch, height, width, 1])
        return tf.cast(tf.concat([x, maps], -1), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape with one more channel."""
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "group": self.group}
