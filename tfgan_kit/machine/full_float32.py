"""float32 in full, where a figure or a comparison depends on it."""

import contextlib

import tensorflow as tf


@contextlib.contextmanager
def full_float32():
    """Multiplies float32 numbers in full while it lasts; also a decorator.

    On recent GPUs TensorFlow rounds the factors of float32 convolutions and products to TF32, which
    keeps 10 bits of the mantissa. A training gains speed and loses nothing, but a network then
    gives other numbers than the same network on a CPU: 0.001 in an image in [-1, 1].
    """
    settings = tf.config.experimental
    before = settings.tensor_float_32_execution_enabled()
    settings.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        settings.enable_tensor_float_32_execution(before)
