"""Distances between what two networks attend to, against numpy, and their derivatives."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms import attention

UNIT = ("mean_squared_difference", "length_of_difference", "absolute_difference")
ALL = (*UNIT, "literal_difference")


def drawn(seed):
    return np.random.default_rng(seed).uniform(0, 3, (4, 5, 6)).astype(np.float32)


def found(name, one, other):
    return getattr(attention, name)(tf.convert_to_tensor(one), tf.convert_to_tensor(other))


def test_activity_is_the_sum_of_squares_over_channels():
    maps = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype(np.float32)
    np.testing.assert_allclose(attention.activity(maps), (maps**2).sum(-1), rtol=1e-6)


def test_distances_are_those_of_the_formulas():
    one, other = drawn(0), drawn(1)
    units = [q / np.sqrt((q**2).sum((1, 2), keepdims=True)) for q in (one, other)]
    apart = units[0] - units[1]
    expected = {
        "mean_squared_difference": (apart**2).mean((1, 2)),
        "length_of_difference": np.sqrt((apart**2).sum((1, 2))),
        "absolute_difference": np.abs(apart).sum((1, 2)),
        "literal_difference": np.abs(one - other).mean((1, 2)),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found(name, one, other), values, rtol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", UNIT)
def test_the_size_of_attention_does_not_matter(name):
    one, other = drawn(0), drawn(1)
    np.testing.assert_allclose(found(name, 7 * one, other), found(name, one, other), rtol=1e-5)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("empty", [False, True])
def test_equal_attention_is_not_apart_and_pulls_nowhere(name, empty):
    one = tf.zeros((2, 3, 3)) if empty else tf.constant(drawn(0))
    with tf.GradientTape() as tape:
        tape.watch(one)
        apart = found(name, one, tf.identity(tf.stop_gradient(one)))
    np.testing.assert_array_equal(apart, 0)
    np.testing.assert_array_equal(tape.gradient(apart, one), 0)


def test_attention_of_zeros_is_as_far_from_every_other():
    zeros = tf.zeros((4, 5, 6))
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        apart = found("length_of_difference", zeros, drawn(0))
    np.testing.assert_allclose(apart, 1, rtol=1e-5)
    assert np.isfinite(tape.gradient(apart, zeros)).all()


@pytest.mark.parametrize("name", ALL)
def test_other_sizes_are_refused(name):
    with pytest.raises(ValueError, match="Shapes"):
        found(name, drawn(0), drawn(1)[:, :, :1])


def test_the_larger_is_reduced_by_means_of_areas():
    rng = np.random.default_rng(0)
    one = rng.uniform(size=(2, 6, 4)).astype(np.float32)
    other = rng.uniform(size=(2, 3, 8)).astype(np.float32)
    small, reduced = attention.of_one_size(tf.constant(one), tf.constant(other))
    expected = one.reshape(2, 3, 2, 4).mean(2), other.reshape(2, 3, 4, 2).mean(3)
    np.testing.assert_allclose(small, expected[0], rtol=1e-6)
    np.testing.assert_allclose(reduced, expected[1], rtol=1e-6)
    same = tf.constant(one)
    np.testing.assert_allclose(attention.of_one_size(same, same)[0], one, rtol=1e-6)


def test_areas_overlap_where_a_side_is_no_multiple():
    row = tf.constant(np.arange(5, dtype=np.float32).reshape(1, 1, 5))
    reduced, _ = attention.of_one_size(row, tf.zeros([1, 1, 3]))
    np.testing.assert_allclose(reduced[0, 0], [(0 + 1) / 2, (1 + 2 + 3) / 3, (3 + 4) / 2])
