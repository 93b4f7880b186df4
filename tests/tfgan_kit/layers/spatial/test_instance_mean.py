import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import InstanceMean


def values():
    return np.random.default_rng(0).normal(size=(3, 5, 4, 2)).astype("float32")


def by_hand(x, ids):
    expected = np.empty_like(x)
    for b in range(len(x)):
        for number in np.unique(ids[b]):
            expected[b][ids[b] == number] = x[b][ids[b] == number].mean(0)
    return expected


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_is_the_mean_over_each_instance_of_each_example(dtype):
    """The same ids occur in all three examples."""
    ids = np.random.default_rng(1).integers(0, 4, (3, 5, 4)).astype(dtype)
    ids[ids == 3] = np.iinfo(dtype).max if dtype != "int64" else 2**32 - 1
    ids[ids == 2] = 0 if dtype == "uint8" else np.iinfo("int32").min
    np.testing.assert_allclose(InstanceMean()([values(), ids]), by_hand(values(), ids), atol=1e-6)


def test_an_instance_of_the_whole_map():
    x = values()
    expected = np.broadcast_to(x.mean((1, 2), keepdims=True), x.shape)
    np.testing.assert_allclose(InstanceMean()([x, np.full((3, 5, 4), 26001)]), expected, atol=1e-6)


def test_its_gradient_is_shared_by_the_instance():
    x = tf.constant(values())
    ids = np.zeros((3, 5, 4), "int32")
    ids[:, 0, :2] = 1
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = InstanceMean()([x, ids])[0, 0, 0, 1]
    expected = np.zeros(x.shape)
    expected[0, 0, :2, 1] = 0.5
    np.testing.assert_allclose(tape.gradient(value, x), expected)


def test_half_precision_is_averaged_in_float32():
    """In bfloat16, the sum of ones would stop at 256."""
    x = tf.ones((1, 32, 32, 1), tf.bfloat16)
    means = InstanceMean(dtype="mixed_bfloat16")([x, tf.zeros((1, 32, 32), tf.int32)])
    assert means.dtype == tf.bfloat16
    np.testing.assert_array_equal(tf.cast(means, tf.float32), np.ones((1, 32, 32, 1)))
