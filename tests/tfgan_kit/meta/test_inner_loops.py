"""The rules for inner loops, each against a closed form or another implementation."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit import meta

RATE = 0.1
A = np.array([[2.0, 0.3], [0.3, 1.0]], "float32")
B = np.array([0.7, -0.4], "float32")
START = np.array([1.0, -2.0], "float32")


def quadratic(weights):
    (w,) = weights
    return 0.5 * tf.tensordot(w, tf.linalg.matvec(A, w), 1) - tf.tensordot(B, w, 1)


def adapted(weights, steps, rule, *, first_order=False):
    def step(number, state):
        weights, slots = state
        gradients = meta.gradients_of(quadratic, weights, first_order=first_order)
        return rule.apply(weights, gradients, slots, number)

    return meta.repeat(step, (weights, rule.slots(weights)), steps)[0]


def outer_gradient(steps, rule, **options):
    @tf.function(autograph=False)
    def compute(start):
        with tf.GradientTape() as tape:
            tape.watch(start)
            loss = quadratic(adapted((start,), steps, rule, **options))
        return tape.gradient(loss, start)

    return compute(tf.constant(START)).numpy()


@pytest.mark.parametrize("steps", [1, 4])
def test_the_outer_gradient_is_the_closed_form(steps):
    inner = np.linalg.matrix_power(np.eye(2) - RATE * A, steps)
    optimum = np.linalg.solve(A, B)
    after = optimum + inner @ (START - optimum)
    whole, half = inner.T @ (A @ after - B), A @ after - B
    np.testing.assert_allclose(outer_gradient(steps, meta.SGD(RATE)), whole, rtol=1e-5)
    first = outer_gradient(steps, meta.SGD(RATE), first_order=True)
    np.testing.assert_allclose(first, half, rtol=1e-5)
    assert np.abs(whole - half).max() > 0.01


def test_adam_moves_like_that_of_keras():
    variable = keras.Variable(START)
    optimizer = keras.optimizers.Adam(RATE, epsilon=1e-7)
    for _ in range(5):
        gradient = tf.linalg.matvec(A, variable.value) - B
        optimizer.apply([gradient], [variable])
    (found,) = adapted((tf.constant(START),), 5, meta.Adam(RATE))
    np.testing.assert_allclose(found, variable.numpy(), rtol=1e-4)


def test_adam_can_be_differentiated_where_a_gradient_is_zero():
    found = outer_gradient(2, meta.Adam(RATE))
    step = 1e-2
    losses = [
        [
            quadratic(adapted((tf.constant(START + s * unit),), 2, meta.Adam(RATE))).numpy()
            for s in (-step, step)
        ]
        for unit in np.eye(2, dtype="float32")
    ]
    np.testing.assert_allclose(found, np.diff(losses)[:, 0] / (2 * step), rtol=0.02)
    still = meta.Adam(RATE).apply((tf.constant(START),), (tf.zeros(2),), ((0.0,), (0.0,)), 0)
    np.testing.assert_array_equal(still[0][0], START)


def network():
    image = keras.Input((4, 4, 1), name="image")
    x = keras.layers.Conv2D(3, 3, padding="same")(image)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Activation("tanh")(x))
    return keras.Model({"image": image}, {"logits": keras.layers.Dense(2)(x)})


def test_a_call_with_other_weights_is_that_of_a_changed_network_and_changes_nothing():
    given, images = network(), tf.random.stateless_normal((5, 4, 4, 1), (1, 2))
    before = given.get_weights()
    weights = [1.5 * w + 0.1 for w in meta.weights_of(given)]
    clone = meta.changed(given, weights)
    found = meta.call(given, weights, {"image": images})["logits"]
    for now, then in zip(given.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(clone.trainable_variables[0], weights[0])
    np.testing.assert_array_equal(
        clone.non_trainable_variables[0], given.non_trainable_variables[0]
    )
    np.testing.assert_allclose(found, clone({"image": images}, training=True)["logits"], rtol=1e-5)


def test_second_order_gradients_flow_through_a_network_in_a_graph():
    given, images = network(), tf.random.stateless_normal((6, 4, 4, 1), (3, 4))
    labels, rule = tf.constant([0, 1, 0, 1, 1, 0]), meta.SGD(0.5)

    def loss(weights):
        logits = meta.call(given, weights, {"image": images})["logits"]
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        )

    def after(weights, first_order):
        def step(number, state):
            gradients = meta.gradients_of(loss, state[0], first_order=first_order)
            return rule.apply(state[0], gradients, state[1], number)

        return loss(meta.repeat(step, (weights, ()), 3)[0])

    @tf.function(autograph=False)
    def outer(first_order):
        variables = [v.value for v in given.trainable_variables]
        with tf.GradientTape() as tape:
            value = after(meta.weights_of(given), first_order)
        return tape.gradient(value, variables)

    whole, first = outer(False), outer(True)
    kernel = given.trainable_variables[0]
    direction = tf.random.stateless_normal(kernel.shape, (5, 6))
    values = []
    for size in (-1e-2, 1e-2):
        moved = [*meta.weights_of(given)]
        moved[0] = moved[0] + size * direction
        values.append(after(tuple(moved), False).numpy())
    slope = (values[1] - values[0]) / 2e-2
    np.testing.assert_allclose(tf.reduce_sum(whole[0] * direction), slope, rtol=0.02, atol=1e-4)
    assert abs(tf.reduce_sum(first[0] * direction) - slope) > 0.05 * abs(slope)


def test_what_has_no_second_derivative_is_refused():
    def loss(weights):
        with tf.GradientTape() as tape:
            tape.watch(weights[0])
            larger = tf.image.resize(weights[0], (4, 4), "bilinear")
            value = tf.reduce_sum(larger)
        return tf.reduce_sum(tape.gradient(value, weights[0]) ** 2)

    with pytest.raises(ValueError, match=r"number \[0\]"):
        meta.gradients_of(loss, (tf.ones((1, 2, 2, 1)),))


@pytest.mark.parametrize("together", [False, True])
def test_tasks_are_averaged_and_traced_once(together):
    traced = []

    def one(number, task):
        traced.append(number)
        return {"a": task["x"] * 2, "b": tf.cast(number, tf.float32)}

    @tf.function(autograph=False)
    def mean(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            found = meta.over_tasks(one, {"x": x}, together=together)
        return found, tape.gradient(found["a"], x)

    x = tf.constant([[1.0, 2.0], [3.0, 6.0], [5.0, 1.0]])
    found, gradient = mean(x)
    np.testing.assert_allclose(found["a"], [6, 6])
    assert found["b"] == 1.0
    assert len(traced) == 1
    np.testing.assert_allclose(gradient, np.full((3, 2), 2 / 3))


def test_second_order_gradients_of_tasks_together_are_those_of_one_after_the_other():
    point = keras.Input((1,), name="image")
    target = keras.layers.Dense(1, activation="tanh")(point)
    given = keras.Model({"image": point}, {"target": target})
    tasks = {k: tf.random.stateless_normal((3, 4, 1), (7, k)) for k in (0, 1)}

    def loss(weights, task):
        return tf.reduce_mean(
            (meta.call(given, weights, {"image": task[0]})["target"] - task[1]) ** 2
        )

    @tf.function(autograph=False)
    def outer(together):
        def one(number, task):
            def step(number, weights):
                gradients = meta.gradients_of(lambda w: loss(w, task), weights)
                return tuple(w - 0.3 * g for w, g in zip(weights, gradients, strict=True))

            return loss(meta.repeat(step, weights, 2), task)

        variables = [v.value for v in given.trainable_variables]
        with tf.GradientTape() as tape:
            weights = meta.weights_of(given)
            value = meta.over_tasks(one, tasks, together=together)
        return tape.gradient(value, variables)

    for one, other in zip(outer(False), outer(True), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_statistics_of_other_inputs_make_each_example_count_by_itself():
    given, images = network(), tf.random.stateless_normal((6, 4, 4, 1), (9, 2))
    norm = next(x for x in given.layers if isinstance(x, keras.layers.BatchNormalization))
    norm.momentum = 0.0
    weights = meta.weights_of(given)
    statistics = meta.statistics_of(given, weights, {"image": images[:4]})
    found = meta.call(given, weights, {"image": images}, statistics)["logits"]
    for k in range(6):
        alone = meta.call(given, weights, {"image": images[k : k + 1]}, statistics)["logits"]
        np.testing.assert_allclose(alone[0], found[k], rtol=1e-4, atol=1e-6)
    # Normalised by what the statistics are of, they are the same as in training mode.
    own = meta.call(given, weights, {"image": images[:4]})["logits"]
    np.testing.assert_allclose(found[:4], own, rtol=1e-4, atol=1e-6)
    clone = meta.changed(given, weights, statistics)
    np.testing.assert_allclose(clone({"image": images})["logits"], found, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(norm.moving_mean, np.zeros(3))
