"""MAML: its gradient, what it moves, and that it learns to learn."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.small import IMAGES, POINTS, batch_of, built, part_of, trained
from trainers.few_shot.problems import accuracy, cross_entropy


def forward(weights, x):
    """The dense network in numpy, and what its layers give."""
    a, b, c, d, e, f = weights
    first = np.maximum(x @ a + b, 0)
    second = np.maximum(first @ c + d, 0)
    return first, second, second @ e + f


def gradient(weights, x, y):
    """Of the mean squared error, by hand."""
    first, second, found = forward(weights, x)
    error = 2 * (found - y) / y.size
    to_second = (error @ weights[4].T) * (second > 0)
    to_first = (to_second @ weights[2].T) * (first > 0)
    return [
        *(x.T @ to_first, to_first.sum(0), first.T @ to_second, to_second.sum(0)),
        *(second.T @ error, error.sum(0)),
    ]


def after(weights, task, steps, rate):
    for _ in range(steps):
        moves = gradient(weights, *task["support"])
        weights = [w - rate * g for w, g in zip(weights, moves, strict=True)]
    return weights


def loss(weights, tasks, steps, rate):
    """The loss that MAML minimises, in numpy."""
    found = [
        np.mean((forward(after(weights, t, steps, rate), t["query"][0])[2] - t["query"][1]) ** 2)
        for t in tasks
    ]
    return np.mean(found)


@pytest.mark.parametrize(("steps", "first_order"), [(1, False), (2, False), (2, True), (0, False)])
def test_the_start_moves_by_the_gradient_through_the_inner_steps(steps, first_order):
    rate = 0.05
    settings = {"inner_steps": steps, "inner_learning_rate": rate, "first_order": first_order}
    trainer, feed = built("maml", POINTS | settings)
    # A gradient in place of Adam's step.
    trainer.players["learner"].optimizer = tf.keras.optimizers.SGD(1.0)
    trainer.players["learner"].optimizer.build(trainer.players["learner"].variables)
    batch = batch_of(feed)
    tasks = [
        {
            part: tuple(np.float64(batch[part][name][k]) for name in ("image", "target"))
            for part in ("support", "query")
        }
        for k in range(2)
    ]
    start = [np.float64(v) for v in trainer.networks["learner"].trainable_variables]
    found = tf.function(trainer.train_step, autograph=False)(batch)
    moved = [np.float64(v) for v in trainer.networks["learner"].trainable_variables]
    np.testing.assert_allclose(found["learner/query"], loss(start, tasks, steps, rate), rtol=1e-4)
    np.testing.assert_allclose(found["learner/error_after"], found["learner/query"], rtol=1e-5)
    np.testing.assert_allclose(
        found["learner/error_before"], loss(start, tasks, 0, rate), rtol=1e-4
    )
    if first_order:
        ends = [after(start, task, steps, rate) for task in tasks]
        each = [gradient(w, *task["query"]) for w, task in zip(ends, tasks, strict=True)]
        expected = [np.mean(parts, 0) for parts in zip(*each, strict=True)]
    else:
        expected = [_differences(start, k, tasks, steps, rate) for k in range(6)]
    for before, now, wanted in zip(start, moved, expected, strict=True):
        np.testing.assert_allclose(before - now, wanted, rtol=1e-3, atol=2e-4)


def _differences(weights, k, tasks, steps, rate, size=1e-6):
    found = np.zeros_like(weights[k])
    for place in np.ndindex(found.shape):
        values = []
        for sign in (1, -1):
            other = [w.copy() for w in weights]
            other[k][place] += sign * size
            values.append(loss(other, tasks, steps, rate))
        found[place] = (values[0] - values[1]) / (2 * size)
    return found


def test_losses_of_classes_are_those_of_numpy():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(0, 3, (7, 4)).astype("f4"), rng.integers(0, 4, 7)
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = -np.log(chances[np.arange(7), labels]).mean()
    np.testing.assert_allclose(cross_entropy(logits, labels), expected, rtol=1e-5)
    share = (logits.argmax(1) == labels).mean()
    np.testing.assert_allclose(accuracy(tf.constant(logits), tf.constant(labels)), share)


def test_only_the_last_layer_adapts_if_it_is_told_so():
    trainer, feed = built("maml", IMAGES | {"adapt_only": "last"})
    support = part_of(batch_of(feed), "support", 0)
    inner, network = trainer.inner, trainer.networks["learner"]
    start = [v.value for v in network.trainable_variables]
    state = inner.advance(inner.start(start), support, (), 2)
    changed = [bool((a != b).numpy().any()) for a, b in zip(start, state[0], strict=True)]
    assert changed == [False] * (len(start) - 2) + [True, True]
    assert [v.path.split("/")[-2] for v in network.trainable_variables[-2:]] == ["logits"] * 2


@pytest.fixture(scope="module")
def sinusoids():
    """MAML and joint training after as many steps, by `inner_steps`."""
    settings = POINTS | {
        **{"shots": 10, "queries": 10, "units": 40, "batch_size": 10},
        **{"inner_learning_rate": 0.01, "learning_rate": 3e-3},
        **{"evaluate_tasks": 50, "evaluate_at": (0, 1, 10)},
    }
    found = {}
    for steps in (0, 1):
        trainer, feed, _ = trained("maml", settings | {"inner_steps": steps}, 600)
        found[steps] = trainer.evaluate(feed, 2000)
    return found


@pytest.mark.long
def test_one_step_learns_a_sinusoid_as_joint_training_cannot(sinusoids):
    joint, maml = sinusoids[0], sinusoids[1]
    # Of seeds 1 and 2 at most 0.41, and 0.17 below.
    assert maml["task_error_at_1"] <= 0.6 * joint["task_error_at_1"]
    assert maml["task_error_at_10"] <= 0.35 * maml["task_error_at_0"]
    assert maml["task_error_at_1_interval"] > 0


def test_without_held_out_classes_nothing_is_measured():
    trainer, feed = built("maml", POINTS | {"held_out_classes": ()})
    assert trainer.evaluate(feed, 1) == {}
    assert "--held-out-classes" in trainer.warnings()[0]
