import numpy as np
import tensorflow as tf

from tfgan_kit.terms.nearest import nearest_both_ways


def test_it_is_the_mean_distance_to_the_nearest_of_the_other_set_both_ways():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(5, 3)), 2 * rng.normal(size=(7, 3))
    d = np.square(a[:, None] - b).mean(-1)
    expected = d.min(1).mean() + d.min(0).mean()
    found = nearest_both_ways(tf.constant(a), tf.constant(b))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert abs(d.min(1).mean() - d.min(0).mean()) > 0.05  # Either way counts.


def test_a_set_covers_itself():
    a = tf.random.stateless_normal([6, 4], [0, 0])
    np.testing.assert_allclose(nearest_both_ways(a, a), 0.0, atol=1e-6)
