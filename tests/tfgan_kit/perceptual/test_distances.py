"""Distances between images against numpy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.perceptual.distances import Distance, at_most, pyramid, together

RNG = np.random.default_rng(0)


def images(*shape):
    return RNG.uniform(-1.2, 1.2, shape).astype(np.float32)


def means(values, side):
    """The means of squares of `side` pixels."""
    b, height, width, channels = values.shape
    shape = (b, height // side, side, width // side, side, channels)
    return values.reshape(shape).mean((2, 4))


def test_the_pyramid_sums_mean_squared_errors_of_three_sizes():
    a, b = images(2, 5, 8, 12, 3)
    distance = pyramid()
    found = distance.between(*(distance.features(tf.constant(each)) for each in (a, b)))
    expected = sum(((means(a, s) - means(b, s)) ** 2).mean((1, 2, 3)) for s in (1, 2, 4))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_channels_have_weights():
    """sum_l mean_hw sum_c w_lc (f_lhwc(a) - f_lhwc(b))^2 of one map and three channels."""
    weights = np.array([0.5, 0.0, 2.0], np.float32)
    one = Distance(name="one", maps=lambda each: [each], weights=(weights,), protocol="")
    a, b = images(2, 4, 6, 5, 3)
    found = one.between(one.features(tf.constant(a)), one.features(tf.constant(b)))
    np.testing.assert_allclose(found, ((a - b) ** 2 @ weights).mean((1, 2)), rtol=1e-5)


def test_two_together():
    a, b = images(2, 3, 8, 8, 1)
    first, second = pyramid(1), pyramid(2)
    both = together(first, second, 0.25)

    def of(distance):
        return distance.between(*(distance.features(tf.constant(each)) for each in (a, b))).numpy()

    np.testing.assert_allclose(of(both), of(first) + 0.25 * of(second), rtol=1e-5)
    assert both.smallest == 2


def test_large_images_are_averaged():
    large = images(1, 24, 40, 1)
    np.testing.assert_allclose(at_most(tf.constant(large), 12), means(large, 2), atol=1e-6)
    np.testing.assert_array_equal(at_most(tf.constant(large), 24), large)


@pytest.mark.parametrize(
    ("shape", "message"),
    [((3, 8, 1), "at least 4x4, these are 3x8"), ((8, 8, 2), "1 or 3 channels, not of 2")],
)
def test_images_that_it_does_not_take(shape, message):
    with pytest.raises(UserError, match=message):
        pyramid().check(shape)
