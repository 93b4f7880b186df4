"""Batch normalization as one operation forward and one backward."""

import contextlib

import keras
import tensorflow as tf

_twice = False


@contextlib.contextmanager
def differentiable_twice():
    """Within this context, batch normalization uses the form whose gradient is differentiable."""
    global _twice
    before, _twice = _twice, True
    try:
        yield
    finally:
        _twice = before


class BatchNormalization(keras.layers.BatchNormalization):
    """Keras' layer for the last axis, made faster for training on one replica.

    In that case one fused operation computes the statistics and the normalised values, and another
    computes their gradient, instead of a pass for every elementary operation. Keras' own
    computation is used for input shapes that `call` does not name, for masks, renormalisation and
    float64, with several replicas, in inference, and where the gradient is differentiated again. As
    in Keras, computations are in float32 and the moving variance averages the biased estimate.

    It is saved as Keras' own layer, so a saved network can be loaded without this kit.
    """

    def call(self, inputs, training=None, mask=None):
        """Maps (batch, channels) or (batch, height, width, channels) to the same shape, fused."""
        if not (training and self.trainable and mask is None and self._fuses(inputs)):
            return super().call(inputs, training=training, mask=mask)
        x = tf.cast(inputs, tf.float32)
        flat = len(x.shape) == 2
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x[:, None, None, :] if flat else x,
            scale=self.gamma.value if self.scale else tf.ones(x.shape[-1:]),
            offset=self.beta.value if self.center else tf.zeros(x.shape[-1:]),
            mean=[],
            variance=[],
            epsilon=self.epsilon,
            is_training=True,
        )
        count = tf.cast(tf.size(x) / x.shape[-1], tf.float32)
        # The operation divides by n - 1 for the variance, or by 1 for a single value.
        biased = variance * tf.maximum(count - 1.0, 1.0) / count
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, biased)):
            moving.assign(moving * self.momentum + new * (1.0 - self.momentum))
        outputs = outputs[:, 0, 0, :] if flat else outputs
        return tf.cast(outputs, self.compute_dtype)

    def _fuses(self, inputs):
        rank = len(inputs.shape)
        return (
            rank in (2, 4)
            and self.axis in (-1, rank - 1)
            and self.variable_dtype == "float32"
            and inputs.dtype != tf.float64
            and not getattr(self, "renorm", False)  # Only in newer versions of Keras.
            and tf.distribute.get_strategy().num_replicas_in_sync == 1
            and not _twice
        )


BatchNormalization.__module__ = "keras.layers"
