"""Distances between what two networks attend to, against numpy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.attention import matching

RNG = np.random.default_rng(0)


def directions(attention):
    flat = attention.reshape(len(attention), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def test_activity_is_the_sum_of_squares_over_channels():
    maps = RNG.normal(size=(2, 3, 4, 5)).astype(np.float32)
    np.testing.assert_allclose(matching.activity(maps), (maps**2).sum(-1), rtol=1e-6)


def test_distances_are_those_of_the_formulas():
    one, other = RNG.uniform(size=(2, 3, 4, 5)).astype(np.float32)
    difference = directions(one) - directions(other)
    expected = {
        "mean_squared_difference": (difference**2).mean(),
        "length_of_difference": np.linalg.norm(difference, axis=1).mean(),
        "absolute_difference": np.abs(difference).sum(1).mean(),
    }
    for name, value in expected.items():
        found = getattr(matching, name)(tf.constant(one), tf.constant(other))
        assert float(found) == pytest.approx(value, rel=1e-5), name


def test_size_does_not_matter_and_zeros_have_no_direction():
    one = tf.constant(RNG.uniform(size=(2, 3, 4)).astype(np.float32))
    assert float(matching.absolute_difference(one, 7 * one)) == pytest.approx(0, abs=1e-5)
    zeros = tf.Variable(tf.zeros([2, 3, 4]))
    for distance in (
        matching.mean_squared_difference,
        matching.length_of_difference,
        matching.absolute_difference,
    ):
        with tf.GradientTape() as tape:
            value = distance(zeros, tf.zeros_like(zeros))
        assert float(value) == pytest.approx(0, abs=1e-5)
        assert np.isfinite(tape.gradient(value, zeros)).all()


def test_the_larger_is_reduced_by_means_of_areas():
    one = RNG.uniform(size=(2, 6, 4)).astype(np.float32)
    other = RNG.uniform(size=(2, 3, 8)).astype(np.float32)
    small, reduced = matching.of_one_size(tf.constant(one), tf.constant(other))
    expected = one.reshape(2, 3, 2, 4).mean(2), other.reshape(2, 3, 4, 2).mean(3)
    np.testing.assert_allclose(small, expected[0], rtol=1e-6)
    np.testing.assert_allclose(reduced, expected[1], rtol=1e-6)
    same = tf.constant(one)
    np.testing.assert_allclose(matching.of_one_size(same, same)[0], one, rtol=1e-6)


def test_areas_overlap_where_a_side_is_no_multiple():
    row = tf.constant(np.arange(5, dtype=np.float32).reshape(1, 1, 5))
    found, _ = matching.of_one_size(row, tf.zeros([1, 1, 3]))
    np.testing.assert_allclose(found[0, 0], [(0 + 1) / 2, (1 + 2 + 3) / 3, (3 + 4) / 2])
