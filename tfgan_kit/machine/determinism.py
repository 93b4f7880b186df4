"""Deterministic operations: the same numbers in every run, even on a GPU.

TensorFlow has a public function to enable them but none to query whether they are enabled.
"""

import tensorflow as tf

_asked = False


def enable() -> None:
    """Enables deterministic operations for the rest of the process."""
    global _asked
    tf.config.experimental.enable_op_determinism()
    _asked = True


def is_enabled() -> bool:
    """Whether `enable` was called. Operations without a deterministic form then fail."""
    return _asked
