import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.images import masked_reconstruction, total_variation

RNG = np.random.default_rng(0)


def test_total_variation_equals_its_definition():
    x = RNG.normal(size=(2, 3, 4, 2))
    down = [
        abs(x[b, i + 1, j, c] - x[b, i, j, c])
        for b in range(2)
        for i in range(2)
        for j in range(4)
        for c in range(2)
    ]
    right = [
        abs(x[b, i, j + 1, c] - x[b, i, j, c])
        for b in range(2)
        for i in range(3)
        for j in range(3)
        for c in range(2)
    ]
    expected = np.mean(down) + np.mean(right)
    np.testing.assert_allclose(total_variation(x), expected, rtol=1e-6)
    # TensorFlow's is a sum per image: for squares, this times the number of differences.
    square = tf.constant(x[:, :, :3])
    sums = tf.image.total_variation(square).numpy().mean()
    np.testing.assert_allclose(total_variation(square) * (2 * 3 * 2), sums, rtol=1e-6)


def test_a_constant_image_has_no_variation_and_a_finite_gradient():
    images = tf.fill([1, 4, 4, 3], 0.5)
    with tf.GradientTape() as tape:
        tape.watch(images)
        value = total_variation(images)
    assert float(value) == 0
    np.testing.assert_array_equal(tape.gradient(value, images), 0)


def masks():
    """Two holes of different size, and predictions that reach one pixel beyond them."""
    hole = np.zeros((2, 8, 8, 1), np.float32)
    hole[0, 2:5, 3:6] = 1
    hole[1, 4, 4] = 1
    predicted = np.zeros_like(hole)
    predicted[0, 1:6, 2:7] = 1
    predicted[1, 3:6, 3:6] = 1
    return hole, predicted


def reference(x, y, predicted, hole, overlap_weight):
    values = []
    for b in range(len(x)):
        total, count = 0.0, 0
        for i, j in np.ndindex(*x.shape[1:3]):
            if predicted[b, i, j, 0]:
                count += 1
                weight = 1 if hole[b, i, j, 0] else overlap_weight
                total += weight * ((x[b, i, j] - y[b, i, j]) ** 2).mean()
        values.append(total / count)
    return np.mean(values)


def test_the_reconstruction_counts_the_hole_only():
    hole, _ = masks()
    x, y = RNG.normal(size=(2, 2, 8, 8, 3))
    value = masked_reconstruction(x, y, hole)
    np.testing.assert_allclose(value, reference(x, y, hole, hole, 1), rtol=1e-5)
    elsewhere = np.where(hole, x, RNG.normal(size=x.shape))
    np.testing.assert_allclose(masked_reconstruction(elsewhere, y, hole), value, rtol=1e-6)


def test_the_overlap_counts_ten_times():
    hole, predicted = masks()
    x, y = RNG.normal(size=(2, 2, 8, 8, 3))
    value = masked_reconstruction(x, y, predicted, hole)
    np.testing.assert_allclose(value, reference(x, y, predicted, hole, 10), rtol=1e-5)
    # An error of 1 in one pixel of the overlap costs ten times as much as one in the hole.
    cost = []
    for place in ((1, 3, 3), (1, 4, 4)):
        wrong = y.copy()
        wrong[place] += 1
        cost.append(float(masked_reconstruction(wrong, y, predicted, hole)))
    np.testing.assert_allclose(cost, [10 / 9 / 2, 1 / 9 / 2], rtol=1e-5)


@pytest.mark.parametrize("dtype", [tf.float16, tf.float32])
def test_nothing_to_predict_is_no_nan(dtype):
    x = tf.cast(RNG.normal(size=(1, 4, 4, 3)), dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = masked_reconstruction(x, tf.zeros_like(x), tf.zeros([1, 4, 4, 1]))
    assert value.dtype == tf.float32
    assert float(value) == 0
    np.testing.assert_array_equal(tape.gradient(value, x), 0)


def test_no_channel_is_broadcast():
    with pytest.raises(ValueError, match="compatible"):
        masked_reconstruction(tf.zeros([1, 4, 4, 3]), tf.zeros([1, 4, 4, 1]), tf.ones([1, 4, 4, 1]))
