"""Gradients that reach a tensor on three ways or more are added in one order.

TensorFlow's AddN begins with the first input whose memory it may overwrite. An input that shares
its memory, as the slices do that are the gradients of a concatenation's parts, may be overwritten
once nobody else needs that memory, so that the order, and with it the last bit of the sum, depends
on which operation was done first. A run that was resumed then differs from one that was not.

How gradients are added can be set only in private modules of TensorFlow: in one for tapes, in
another for what is inside `tf.cond`, `tf.while_loop` and functions that a function calls.
"""

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop
from tensorflow.python.ops import gradients_util

_fixed = False
_added_in_graphs = gradients_util._MultiDeviceAddN


def fix() -> None:
    """Fixes the order for the rest of the process; may be called again."""
    global _fixed
    if not _fixed:
        tf.RegisterGradient("Snapshot")(lambda _, gradient: gradient)
        pywrap_tfe.TFE_Py_RegisterVSpace(backprop._default_vspace._replace(aggregate_fn=_added))
        gradients_util._MultiDeviceAddN = lambda gradients, of: _added_in_graphs(
            _own_memory(gradients), of
        )
        _fixed = True


def _added(gradients):
    if all(isinstance(each, tf.Tensor) for each in gradients):
        gradients = _own_memory(gradients)
    return backprop._aggregate_grads(gradients)


def _own_memory(gradients):
    """The same gradients, of which each may be overwritten; two may be added in any order.

    A snapshot copies what shares its memory, and nothing else. All are made, and not only the
    first, and they are called by their places, as the graph's optimiser sorts what AddN adds by
    name.
    """
    if len(gradients) < 3:
        return gradients
    places = range(len(gradients))
    return [tf.raw_ops.Snapshot(input=gradients[k], name=f"addend_{k:04}") for k in places]
