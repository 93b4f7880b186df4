"""Doubling of maps of any size, also where it is unknown until a network is used."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfgan_kit")
class BilinearUpsampling(keras.layers.Layer):
    """Enlarges maps to twice their height and width, bilinearly.

    Keras' `UpSampling2D` cannot do so in a graph in which the size is unknown, as in an export.
    """

    def call(self, inputs):
        """Maps (batch, height, width, channels) to (batch, 2 height, 2 width, channels)."""
        larger = _doubled(_doubled(inputs, 1), 2)
        larger.set_shape(self.compute_output_shape(inputs.shape))
        return larger

    def compute_output_shape(self, input_shape):
        """Returns the shape of the enlarged maps."""
        batch, *sides, channels = input_shape
        return (batch, *(None if side is None else 2 * side for side in sides), channels)


def _doubled(maps, axis):
    """Each pixel becomes two, a quarter of a pixel before and behind its centre."""
    first, last = (tf.gather(maps, [at], axis=axis) for at in (0, tf.shape(maps)[axis] - 1))
    before = tf.concat([first, maps], axis)
    behind = tf.concat([maps, last], axis)
    # Pairs of neighbours, of which each new pixel is a mixture; the ends stand for what is beyond.
    early = 0.25 * before + 0.75 * behind
    late = 0.75 * before + 0.25 * behind
    count = tf.shape(maps)[axis]
    early = tf.gather(early, tf.range(count), axis=axis)
    late = tf.gather(late, tf.range(count) + 1, axis=axis)
    shape = tf.unstack(tf.shape(maps))
    shape[axis] = 2 * count
    return tf.reshape(tf.stack([early, late], axis + 1), shape)
