"""Deterministic operations: the same numbers in each run, also on a GPU.

TensorFlow has a public way to ask for them and none to find out whether somebody has.
"""

import tensorflow as tf

_asked = False


def enable() -> None:
    """Asks for deterministic operations, for the rest of the process."""
    global _asked
    tf.config.experimental.enable_op_determinism()
    _asked = True


def is_enabled() -> bool:
    """Whether `enable` was called. Operations that have no deterministic form then fail."""
    return _asked
