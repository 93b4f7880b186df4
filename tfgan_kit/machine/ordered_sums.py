"""Gradients that reach a tensor on three ways or more are added in one order.

TensorFlow's AddN begins with the first input whose memory it may overwrite. An input that shares
its memory, as the slices do that are the gradients of a concatenation's parts, may be overwritten
once nobody else needs that memory, so that the order, and with it the last bit of the sum, depends
on which operation was done first. A run that was resumed then differs from one that was not.

How a tape adds gradients can be set only in a private module of TensorFlow.
"""

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop

_fixed = False


def fix() -> None:
    """Fixes the order for all tapes for the rest of the process; may be called again."""
    global _fixed
    if not _fixed:
        tf.RegisterGradient("Snapshot")(lambda _, gradient: gradient)
        pywrap_tfe.TFE_Py_RegisterVSpace(backprop._default_vspace._replace(aggregate_fn=_summed))
        _fixed = True


def _summed(gradients):
    if len(gradients) > 2 and all(isinstance(each, tf.Tensor) for each in gradients):
        # A snapshot copies what shares its memory, and nothing else. As the graph's optimiser sorts
        # what AddN adds, no input may be one that cannot be overwritten at times.
        gradients = [tf.raw_ops.Snapshot(input=each) for each in gradients]
    return backprop._aggregate_grads(gradients)
