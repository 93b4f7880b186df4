import numpy as np
import tensorflow as tf

from tfgan_kit.layers import MaxPoolIndices, MaxUnpool

MAPS = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype("float32")


def by_hand(maps):
    """Maxima, indices and un-pooled maxima, one window after another."""
    batch, height, width, channels = maps.shape
    maxima = np.zeros((batch, height // 2, width // 2, channels), "float32")
    indices, back = np.zeros(maxima.shape, "int32"), np.zeros_like(maps)
    for b, i, j, c in np.ndindex(maxima.shape):
        window = maps[b, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, c]
        indices[b, i, j, c] = window.argmax()
        maxima[b, i, j, c] = window.max()
        row, column = divmod(window.argmax(), 2)
        back[b, 2 * i + row, 2 * j + column, c] = window.max()
    return maxima, indices, back


def test_is_the_maximum_and_its_place_and_goes_back_there():
    maxima, indices = MaxPoolIndices()(MAPS)
    assert indices.dtype == tf.int32
    expected = by_hand(MAPS)
    for found, wanted in zip((maxima, indices), expected, strict=False):
        np.testing.assert_array_equal(found, wanted)
    assert set(np.unique(indices)) == {0, 1, 2, 3}
    np.testing.assert_array_equal(MaxUnpool()([maxima, indices]), expected[2])


def test_of_equal_maxima_the_first_gets_the_gradient():
    maps = tf.ones((1, 2, 2, 1))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        value = tf.reduce_sum(MaxPoolIndices()(maps)[0])
    np.testing.assert_array_equal(tape.gradient(value, maps)[0, ..., 0], [[1, 0], [0, 0]])


def test_indices_of_a_part_are_those_of_the_whole():
    whole = MaxPoolIndices()(MAPS)[1]
    part = MaxPoolIndices()(MAPS[:, 2:, 2:])[1]
    np.testing.assert_array_equal(whole[:, 1:, 1:], part)
