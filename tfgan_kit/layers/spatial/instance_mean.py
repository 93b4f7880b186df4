"""The mean of a map over each instance."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class InstanceMean(keras.layers.Layer):
    """Replaces each value of a map by the mean of its channel over the instance of its pixel.

    Instances are told apart within one example only: the same id in two examples of a batch means
    two instances. Means are computed in float32 even under mixed precision.

    Reference:
      Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs,
      2018, section 3.4 (instance-wise average pooling).
    """

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)

    def call(self, inputs):
        """Maps [(batch, h, w, channels), ids (batch, h, w), any integers] to the first's shape."""
        x, ids = inputs
        ids = tf.cast(ids, tf.int64)
        # Ids of 32 bits, signed or not, stay apart from those of other examples.
        example = tf.range(tf.shape(ids, tf.int64)[0])[:, None, None] * 2**33
        found, segments = tf.unique(tf.reshape(ids + example, [-1]))
        values = tf.reshape(tf.cast(x, tf.float32), [-1, x.shape[-1]])
        means = tf.math.unsorted_segment_mean(values, segments, tf.size(found))
        return tf.cast(tf.reshape(tf.gather(means, segments), tf.shape(x)), x.dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the map."""
        return input_shape[0]
