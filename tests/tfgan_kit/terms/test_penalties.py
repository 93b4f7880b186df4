import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.engine.player import clip_weights
from tfgan_kit.settings import names
from tfgan_kit.terms.penalties import (
    PENALTIES,
    dragan,
    r1,
    r2,
    wgan_gp,
    wgan_gp_one_sided,
)

SEED = [3, 4]
RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(5, 3)).astype("float32")
FAKE = RNG.normal(size=(5, 3)).astype("float32")
SLOPE = np.array([1.0, -2.0, 2.0], "float32")  # of norm 3


def linear(images):
    return tf.linalg.matvec(images, SLOPE)[:, None]


class Recorder:
    """The discriminator |x|^2 / 2, whose gradient is x; keeps the points it was asked about."""

    def __call__(self, images):
        self.points = images
        return tf.reduce_sum(tf.square(images), axis=1, keepdims=True) / 2


def test_the_names_are_those_a_configuration_may_use():
    assert list(PENALTIES) == list(names.PENALTIES)


@pytest.mark.parametrize(
    ("name", "value"),
    [("wgan_gp", 4.0), ("wgan_gp_one_sided", 4.0), ("r1", 4.5), ("r2", 4.5), ("dragan", 4.0)],
)
def test_a_linear_discriminator_has_the_gradient_of_its_slope(name, value):
    np.testing.assert_allclose(PENALTIES[name](linear, REAL, FAKE, SEED), value, rtol=1e-5)


def test_only_the_one_sided_form_forgives_small_gradients():
    def gentle(images):
        return linear(images) / 6

    np.testing.assert_allclose(wgan_gp(gentle, REAL, FAKE, SEED), 0.25, rtol=1e-5)
    np.testing.assert_allclose(wgan_gp_one_sided(gentle, REAL, FAKE, SEED), 0.0)


def test_r1_is_measured_at_real_and_r2_at_fake():
    half_mean_square = {
        r1: (REAL.astype("float64") ** 2).sum(1).mean() / 2,
        r2: (FAKE.astype("float64") ** 2).sum(1).mean() / 2,
    }
    for penalty, value in half_mean_square.items():
        np.testing.assert_allclose(penalty(Recorder(), REAL, FAKE, SEED), value, rtol=1e-5)


@pytest.mark.parametrize("penalty", [wgan_gp, wgan_gp_one_sided])
def test_wgan_gp_is_measured_between_real_and_fake_with_one_share_per_example(penalty):
    recorder = Recorder()
    value = penalty(recorder, REAL, FAKE, SEED)
    points = recorder.points.numpy()
    shares = (points - FAKE) / (REAL - FAKE)
    np.testing.assert_allclose(shares, np.repeat(shares[:, :1], 3, axis=1), atol=1e-3)
    assert ((shares > 0) & (shares < 1)).all()
    assert np.ptp(shares[:, 0]) > 0.1
    distance = np.linalg.norm(points, axis=1) - 1
    if penalty is wgan_gp_one_sided:
        distance = np.maximum(distance, 0)
    np.testing.assert_allclose(value, (distance**2).mean(), rtol=1e-4)


def test_dragan_is_measured_around_real():
    recorder = Recorder()
    value = dragan(recorder, REAL, FAKE, SEED)
    noise = (recorder.points.numpy() - REAL) / (0.5 * REAL.std())
    assert ((noise >= 0) & (noise < 1)).all()
    assert np.ptp(noise) > 0.5
    distance = np.linalg.norm(recorder.points, axis=1) - 1
    np.testing.assert_allclose(value, (distance**2).mean(), rtol=1e-4)


def test_patches_are_averaged_per_image():
    images = tf.ones([2, 4, 4, 1])
    # Every pixel is a logit: the gradient of their mean is 1/16 everywhere, of norm 1/4.
    np.testing.assert_allclose(r1(tf.identity, images, images, SEED), 0.5 / 16, rtol=1e-5)


def penalty_gradient(name, weights, readout):
    weights = tf.Variable(weights)
    with tf.GradientTape() as tape:
        value = PENALTIES[name](
            lambda x: tf.linalg.matvec(tf.tanh(x @ weights), readout)[:, None], REAL, FAKE, SEED
        )
    return tape.gradient(value, weights)


@pytest.mark.parametrize("name", ["r1", "r2"])
def test_second_order_gradients_agree_with_finite_differences(name):
    """D(x) = c . tanh(x W), whose input gradient is known in closed form, in float64."""
    weights = RNG.normal(size=(3, 4))
    readout = RNG.normal(size=4)
    points = {"r1": REAL, "r2": FAKE}[name].astype("float64")

    def penalty(weights):
        gradient = (readout * (1 - np.tanh(points @ weights) ** 2)) @ weights.T
        return 0.5 * (gradient**2).sum(1).mean()

    expected = np.zeros_like(weights)
    for index in np.ndindex(*weights.shape):
        step = np.zeros_like(weights)
        step[index] = 1e-6
        expected[index] = (penalty(weights + step) - penalty(weights - step)) / 2e-6
    actual = penalty_gradient(name, weights.astype("float32"), readout.astype("float32"))
    np.testing.assert_allclose(actual, expected, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["wgan_gp", "wgan_gp_one_sided", "dragan"])
def test_second_order_gradients_of_norms(name):
    slope = tf.Variable(SLOPE)
    with tf.GradientTape() as tape:
        value = PENALTIES[name](lambda x: tf.linalg.matvec(x, slope)[:, None], REAL, FAKE, SEED)
    # d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
    np.testing.assert_allclose(tape.gradient(value, slope), 4 * SLOPE / 3, rtol=1e-4)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_flat_discriminator_has_finite_gradients(name):
    slope = tf.Variable(tf.zeros(3))
    with tf.GradientTape() as tape:
        value = PENALTIES[name](lambda x: tf.linalg.matvec(x, slope)[:, None], REAL, FAKE, SEED)
    assert np.isfinite(value)
    assert np.isfinite(tape.gradient(value, slope)).all()


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("jit", [False, True])
def test_compiled_and_conditional_penalties_agree_with_eager_ones(name, jit):
    """The discriminator is linear, since XLA draws other points from the same seed."""
    slope = tf.Variable(SLOPE)

    def gradient(due, seed):
        with tf.GradientTape() as tape:
            value = tf.cond(
                due,
                lambda: PENALTIES[name](
                    lambda x: tf.linalg.matvec(x, slope)[:, None], REAL, FAKE, seed
                ),
                lambda: tf.zeros([]),
            )
        return value, tape.gradient(value, slope)

    compiled = tf.function(gradient, jit_compile=jit)
    seed = tf.constant(SEED)
    value, second_order = compiled(tf.constant(True), seed)
    np.testing.assert_allclose(value, 4.5 if name in ("r1", "r2") else 4.0, rtol=1e-5)
    expected = SLOPE if name in ("r1", "r2") else 4 * SLOPE / 3
    np.testing.assert_allclose(second_order, expected, rtol=1e-4)
    value, second_order = compiled(tf.constant(False), seed)
    assert float(value) == 0
    np.testing.assert_array_equal(second_order, np.zeros(3))


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_stay_float32_under_mixed_precision(name):
    dense = keras.layers.Dense(1, dtype="mixed_bfloat16")
    value = PENALTIES[name](dense, tf.cast(REAL, tf.bfloat16), FAKE, SEED)
    assert value.dtype == tf.float32
    assert np.isfinite(value)


def test_penalties_do_not_reach_the_generator():
    fake = tf.Variable(FAKE)
    with tf.GradientTape() as tape:
        value = wgan_gp(Recorder(), REAL, fake, SEED)
    assert tape.gradient(value, fake) is None


def test_clip_weights():
    dense = keras.layers.Dense(2)
    dense.build((None, 2))
    dense.kernel.assign([[0.5, -0.5], [0.005, -0.02]])
    clip_weights(dense.trainable_variables, 0.01)
    np.testing.assert_allclose(dense.kernel, [[0.01, -0.01], [0.005, -0.01]])
