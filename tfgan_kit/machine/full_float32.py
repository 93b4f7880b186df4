"""Full float32 precision, where a metric or a comparison depends on it."""

import contextlib

import tensorflow as tf


@contextlib.contextmanager
def full_float32():
    """A context, also a decorator, in which float32 numbers are multiplied at full precision.

    On recent GPUs, TensorFlow rounds the factors of float32 convolutions and products to TF32,
    which keeps 10 bits of the mantissa. This speeds up training without harm, but a network's
    outputs then differ from those of the same network on a CPU: by 0.001 in an image in [-1, 1].
    """
    settings = tf.config.experimental
    before = settings.tensor_float_32_execution_enabled()
    settings.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        settings.enable_tensor_float_32_execution(before)
