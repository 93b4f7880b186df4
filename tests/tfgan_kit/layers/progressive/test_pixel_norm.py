import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import PixelNorm


@pytest.mark.parametrize("shape", [(3, 512), (2, 4, 5, 7)])
def test_is_the_formula(shape):
    x = np.random.default_rng(0).normal(3, 2, shape).astype("float32")
    expected = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-8)
    np.testing.assert_allclose(PixelNorm()(x), expected, rtol=1e-5)


def test_a_pixel_of_zeros_stays_so():
    x = tf.zeros((1, 2, 2, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = PixelNorm()(x)
    np.testing.assert_array_equal(out, x)
    assert np.isfinite(tape.gradient(out, x)).all()


def test_half_precision_computes_in_float32():
    """The squares are beyond the range of float16."""
    out = PixelNorm(dtype="mixed_float16")(tf.constant([[300.0, -300.0]], tf.float16))
    assert out.dtype == tf.float16
    np.testing.assert_allclose(tf.cast(out, tf.float32), [[1.0, -1.0]], rtol=1e-3)
