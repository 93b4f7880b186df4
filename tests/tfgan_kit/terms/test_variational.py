import numpy as np
import tensorflow as tf
from scipy.integrate import quad
from scipy.stats import norm

from tfgan_kit.terms.variational import kl_to_normal

RNG = np.random.default_rng(0)


def divergence(mean, log_variance):
    """The integral of p log(p / q)."""
    p, q = norm(mean, np.exp(log_variance / 2)), norm()
    return quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -15, 15)[0]


def test_it_is_the_divergence_summed_over_the_latent():
    mean, log_variance = RNG.normal(size=(2, 3, 4))
    expected = np.vectorize(divergence)(mean, log_variance).sum(1).mean()
    np.testing.assert_allclose(kl_to_normal(mean, log_variance), expected, rtol=1e-5)


def test_maps_are_summed_per_example():
    mean, log_variance = RNG.normal(size=(2, 3, 2, 2, 4))
    flat = kl_to_normal(mean.reshape(3, 16), log_variance.reshape(3, 16))
    np.testing.assert_allclose(kl_to_normal(mean, log_variance), flat, rtol=1e-6)


def test_it_is_zero_for_the_normal_and_float32_in_half_precision():
    zeros = tf.zeros([2, 4], tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(zeros)
        value = kl_to_normal(zeros, zeros)
    assert value.dtype == tf.float32
    assert float(value) == 0
    np.testing.assert_array_equal(tape.gradient(value, zeros), 0)
