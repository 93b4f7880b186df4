"""Losses of label heads against NumPy, with labels that are not known."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.terms.labels import attributes_loss, feature_matching, label_loss

NAMES = ("a", "b", "c")
LOGITS = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def softmax_cost(labels):
    """The mean cross-entropy of those with a label, by its definition."""
    chances = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
    costs = [-np.log(chances[i, k]) for i, k in enumerate(labels) if k >= 0]
    return np.mean(costs)


@pytest.mark.parametrize("labels", [[0, 2, 1, 1, 0], [0, -1, 1, -1, -1]])
def test_classes(labels):
    found = label_loss(class_field(NAMES), tf.constant(labels), tf.constant(LOGITS))
    assert float(found) == pytest.approx(softmax_cost(labels), rel=1e-5)


@pytest.mark.parametrize("labels", [np.eye(5, 3, dtype=int), np.array([[1, -1, 0]] * 5)])
def test_attributes(labels):
    chances = 1 / (1 + np.exp(-LOGITS))
    costs = -np.log(np.where(labels == 1, chances, 1 - chances))
    expected = costs[labels >= 0].mean()
    found = label_loss(attribute_field(NAMES), tf.constant(labels), tf.constant(LOGITS))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_nothing_known_costs_nothing_and_moves_nothing():
    logits = tf.Variable(LOGITS)
    with tf.GradientTape() as tape:
        value = label_loss(class_field(NAMES), tf.fill([5], -1), logits)
    assert float(value) == 0
    np.testing.assert_array_equal(tape.gradient(value, logits), np.zeros((5, 3)))


def test_the_gradient_raises_the_class_that_is_asked_for():
    logits = tf.Variable(LOGITS)
    with tf.GradientTape() as tape:
        value = label_loss(class_field(NAMES), tf.constant([0, 2, 1, 1, -1]), logits)
    gradient = tape.gradient(value, logits).numpy()
    step = label_loss(
        class_field(NAMES), tf.constant([0, 2, 1, 1, -1]), tf.constant(LOGITS - 0.01 * gradient)
    )
    assert step < value
    assert (gradient[[0, 1, 2, 3], [0, 2, 1, 1]] < 0).all()
    assert not gradient[4].any()


def test_feature_matching_is_the_distance_of_means():
    rng = np.random.default_rng(1)
    real, fake = (rng.normal(size=(6, 2, 2, 3)).astype(np.float32) for _ in range(2))
    expected = ((real.mean(0) - fake.mean(0)) ** 2).mean()
    found = feature_matching(tf.constant(real), tf.constant(fake))
    assert float(found) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("labels", [np.eye(5, 3, dtype=int), np.array([[1, -1, 0], [-1] * 3] * 2)])
def test_attributes_are_summed_and_the_mean_is_over_the_batch(labels):
    logits = LOGITS[: len(labels)]
    chances = 1 / (1 + np.exp(-logits))
    costs = -np.log(np.where(labels == 1, chances, 1 - chances)) * (labels >= 0)
    found = attributes_loss(tf.constant(labels), tf.constant(logits))
    assert float(found) == pytest.approx(costs.sum() / len(labels), rel=1e-5)


def test_unknown_attributes_have_no_gradient():
    labels = np.array([[1, 0, -1], [-1, -1, 1]])
    logits = tf.Variable(LOGITS[:2])
    with tf.GradientTape() as tape:
        value = attributes_loss(tf.constant(labels), logits)
    gradient = tape.gradient(value, logits).numpy()
    np.testing.assert_array_equal(gradient != 0, labels >= 0)
