import numpy as np
import pytest
import tensorflow as tf
from scipy.special import rel_entr

from tfgan_kit.terms.class_balance import class_balance

RNG = np.random.default_rng(0)


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def expected(fakes, reals, multi_label):
    found = []
    for fake, real in zip(fakes, reals, strict=True):
        q, r = fake.mean(0), real.mean(0)
        if multi_label:
            q, r = np.stack([q, 1 - q], -1), np.stack([r, 1 - r], -1)
        found.append(rel_entr(q, r).sum(-1).mean())
    return np.mean(found)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("domains", [1, 2, 3])
def test_value_and_gradient_equal_the_formula(domains, multi_label):
    drawn = RNG.normal(size=(2, domains, 6, 4))
    fakes, reals = (sigmoid if multi_label else softmax)(drawn)
    given = [tf.constant(fake, tf.float32) for fake in fakes]
    with tf.GradientTape() as tape:
        tape.watch(given)
        value = class_balance(given, list(reals), multi_label)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, expected(fakes, reals, multi_label), rtol=1e-5)
    for d, gradient in enumerate(tape.gradient(value, given)):
        for place in ((0, 0), (5, 3)):
            around = []
            for step in (1e-6, -1e-6):
                moved = fakes.copy()
                moved[(d, *place)] += step
                around.append(expected(moved, reals, multi_label))
            slope = (around[0] - around[1]) / 2e-6
            np.testing.assert_allclose(gradient[place], slope, rtol=1e-3, atol=1e-6)


def test_equal_shares_cost_nothing_however_they_are_spread():
    sharp, blurred = np.eye(4), np.full((4, 4), 0.25)
    np.testing.assert_allclose(class_balance([sharp], [blurred]), 0.0, atol=1e-6)


def test_a_class_that_is_drawn_too_often_is_made_rarer():
    logits = tf.Variable(np.eye(3)[[0, 0, 0, 1, 2, 0]], dtype=tf.float32)
    with tf.GradientTape() as tape:
        value = class_balance([tf.nn.softmax(logits)], [np.full((6, 3), 1 / 3)])
    gradient = np.asarray(tape.gradient(value, logits))
    assert (gradient[:, 0] > 0).all()
    assert (gradient[:, 1:] < 0).all()


def test_a_class_that_does_not_occur_has_a_finite_value_and_gradient():
    fake = tf.constant([[1.0, 0.0, 0.0]] * 2)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = class_balance([fake], [np.array([[0.0, 0.5, 0.5]] * 2)])
    assert 10 < float(value) < 20
    assert np.isfinite(tape.gradient(value, fake)).all()


def test_real_images_are_data():
    real = tf.constant(softmax(RNG.normal(size=(6, 4))), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(real)
        value = class_balance([softmax(RNG.normal(size=(6, 4)))], [real])
    assert tape.gradient(value, real) is None
