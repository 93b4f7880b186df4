"""Signals led back to the pixels: deconvnet and guided backpropagation.

Both are a backward pass through a network whose rectifiers pass gradients by a rule of their own.
Pooling leads them back to where its maximum was, and convolutions apply their transposed filters,
as a backward pass does anyway.
"""

import keras
import tensorflow as tf

from tfgan_kit.attention.opened import Opened, chosen
from tfgan_kit.attention.recording import layers_of, replaced

_ACTIVATIONS = (keras.activations.relu, keras.activations.relu6, keras.activations.leaky_relu)
_LAYERS = (keras.layers.ReLU, keras.layers.LeakyReLU)


def signal(opened: Opened, images, classes, *, guided: bool):
    """Returns the logits, and what each pixel brings to the logit of a class.

    A rectifier passes the gradient dy on as relu(dy) (Zeiler & Fergus, Visualizing and
    Understanding Convolutional Networks, 2014); guided, also only where its input is positive
    (Springenberg et al., Striving for Simplicity, 2015). Leaky rectifiers count as rectifiers.

    Args:
      opened: the network.
      images: float32 (b, height, width, channels), as the network takes them.
      classes: a number for each, (b,).
      guided: see above.

    Returns:
      float32 (b, n) and (b, height, width, channels).
    """
    images = tf.convert_to_tensor(images)
    layers = layers_of(opened.network)
    whole = {e: _rule(e.call, guided) for e in layers if _is_rectifier(e)}
    inside = [e for e in layers if getattr(e, "activation", None) in _ACTIVATIONS]
    parts = {e: _rule(e.activation, guided) for e in inside if e not in whole}
    with replaced(whole), replaced(parts, "activation"), tf.GradientTape() as tape:
        tape.watch(images)
        logits = opened(images)
        score = tf.reduce_sum(chosen(logits, classes))
    return logits, tape.gradient(score, images, unconnected_gradients="zero")


def _is_rectifier(layer):
    if isinstance(layer, keras.layers.Activation):
        return layer.activation in _ACTIVATIONS
    return isinstance(layer, _LAYERS)


def _rule(forward, guided):
    @tf.custom_gradient
    def rectified(x):
        def backward(dy):
            dy = tf.nn.relu(dy)
            return tf.where(x > 0, dy, tf.zeros_like(dy)) if guided else dy

        return forward(x), backward

    return rectified
