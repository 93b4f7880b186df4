"""Distances of maps against numpy, and where they have no derivative."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.attention import attention_distance


def drawn(seed):
    return np.random.default_rng(seed).uniform(0, 3, (4, 5, 6)).astype(np.float32)


def test_unit_maps_are_compared_whatever_their_sizes_are():
    a, b = drawn(0), drawn(1)
    units = [x / np.sqrt((x**2).sum((1, 2), keepdims=True)) for x in (a, b)]
    expected = np.sqrt(((units[0] - units[1]) ** 2).sum((1, 2)))
    np.testing.assert_allclose(attention_distance(a, b), expected, rtol=1e-5)
    np.testing.assert_allclose(attention_distance(7 * a, b), expected, rtol=1e-5)


def test_the_literal_form_is_the_mean_absolute_difference():
    a, b = drawn(0), drawn(1)
    expected = np.abs(a - b).mean((1, 2))
    np.testing.assert_allclose(attention_distance(a, b, "none"), expected, rtol=1e-5)


@pytest.mark.parametrize("scale", ["unit", "none"])
@pytest.mark.parametrize("empty", [False, True])
def test_equal_maps_are_not_apart_and_pull_nowhere(scale, empty):
    maps = tf.zeros((2, 3, 3)) if empty else tf.constant(drawn(0))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        apart = attention_distance(maps, tf.identity(tf.stop_gradient(maps)), scale)
    np.testing.assert_array_equal(apart, 0)
    np.testing.assert_array_equal(tape.gradient(apart, maps), 0)


def test_an_empty_map_is_as_far_from_every_other():
    maps = tf.zeros((4, 5, 6))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        apart = attention_distance(maps, drawn(0))
    np.testing.assert_allclose(apart, 1, rtol=1e-5)
    assert np.isfinite(tape.gradient(apart, maps)).all()


def test_maps_of_other_sizes_are_refused():
    with pytest.raises(ValueError, match="Shapes"):
        attention_distance(drawn(0), drawn(1)[:, :, :1])
