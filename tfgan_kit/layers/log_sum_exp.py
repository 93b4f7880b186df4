"""Combines the logits of classes into one logit."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class LogSumExp(keras.layers.Layer):
    """Maps logits (batch, n) to the logarithm of the sum of their exponentials, (batch, 1).

    With n class logits l and 0 for "generated", the softmax over the n + 1 gives an image the
    probability sigmoid(logsumexp(l)) of being real.

    Reference:
      Salimans et al., Improved Techniques for Training GANs, 2016, section 5.
    """

    def call(self, logits):
        """Maps (batch, n) to (batch, 1)."""
        return keras.ops.logsumexp(logits, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape):
        """Returns (batch, 1)."""
        return (*input_shape[:-1], 1)
