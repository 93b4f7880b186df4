"""Reptile: the direction of its outer step, the examples of its inner steps, and what it learns."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.small import IMAGES, POINTS, batch_of, built, part_of, trained
from tests.trainers.few_shot.test_maml import gradient
from tfgan_kit.randomness import seed_of

SGD = POINTS | {"inner_optimizer": "sgd", "inner_learning_rate": 0.05, "inner_batch": 0}


def examples(batch, task):
    """All points of a task and their values, in numpy."""
    return tuple(
        np.concatenate([np.float64(batch[part][name][task]) for part in ("support", "query")])
        for name in ("image", "target")
    )


def weights_of(trainer):
    return [np.float64(v) for v in trainer.networks["learner"].trainable_variables]


@pytest.mark.parametrize("steps", [1, 3])
def test_the_start_moves_towards_what_tasks_are_learned_to(steps):
    settings = SGD | {"inner_steps": steps, "learning_rate": 0.5, "schedule": "constant"}
    trainer, feed = built("reptile", settings)
    batch, start = batch_of(feed), weights_of(trainer)
    ends = []
    for task in range(2):
        weights = start
        for _ in range(steps):
            moves = gradient(weights, *examples(batch, task))
            weights = [w - 0.05 * g for w, g in zip(weights, moves, strict=True)]
        ends.append(weights)
    tf.function(trainer.train_step, autograph=False)(batch)
    for before, now, *both in zip(start, weights_of(trainer), *ends, strict=True):
        np.testing.assert_allclose(now, before + 0.5 * (np.mean(both, 0) - before), atol=1e-5)


def test_one_step_is_gradient_descent_on_the_mean_loss():
    settings = SGD | {"inner_steps": 1, "learning_rate": 1.0, "schedule": "constant"}
    trainer, feed = built("reptile", settings)
    batch, start = batch_of(feed), weights_of(trainer)
    network, spec = trainer.networks["learner"], ("support", "query")
    with tf.GradientTape() as tape:
        losses = [
            (network({"image": batch[p]["image"][k]})["target"] - batch[p]["target"][k]) ** 2
            for k in range(2)
            for p in spec
        ]
        mean = tf.reduce_mean(tf.concat(losses, 0))
    moves = tape.gradient(mean, [v.value for v in network.trainable_variables])
    tf.function(trainer.train_step, autograph=False)(batch)
    for before, now, move in zip(start, weights_of(trainer), moves, strict=True):
        np.testing.assert_allclose(now, before - 0.05 * move.numpy(), atol=1e-6)


def test_the_share_falls_linearly_to_nothing():
    trainer, _ = built("reptile", SGD | {"learning_rate": 0.8, "steps": 10})
    rate = trainer.players["learner"].optimizer._learning_rate
    np.testing.assert_allclose([rate(n) for n in (0, 5, 10)], [0.8, 0.4, 0.0], atol=1e-6)


def test_steps_take_different_examples_of_the_task_without_repeats():
    trainer, feed = built("reptile", IMAGES | {"inner_batch": 5})
    inner, key = trainer.inner, tf.constant([seed_of(0, "x"), 0], tf.int64)
    rows = inner.draws(key, 2, 40, 12).numpy()
    assert rows.shape == (2, 40, 5)
    flat = rows.reshape(-1, 5)
    assert all(len(set(row)) == 5 for row in flat.tolist())
    assert len({tuple(sorted(row)) for row in flat.tolist()}) > 60
    counts = np.bincount(flat.ravel(), minlength=12)
    assert (len(counts), counts.sum()) == (12, 400)
    assert abs(counts / 400 - 1 / 12).max() < 5 * (1 / 12 / 400) ** 0.5
    np.testing.assert_array_equal(rows, inner.draws(key, 2, 40, 12))
    # A step is one on these examples alone.
    part = part_of(batch_of(feed), "support", 0)
    few = {name: tf.gather(values, [1, 3]) for name, values in part.items()}
    start = [v.value for v in trainer.networks["learner"].trainable_variables]
    one = inner.advance(inner.start(start), part, tf.constant([[1, 3]]), 1)[0]
    other = inner.advance(inner.start(start), few, (), 1)[0]
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    # If there are no more examples than a step takes, it takes all.
    assert inner.draws(key, 2, 3, 5) == ()


@pytest.mark.long
def test_ten_steps_learn_a_sinusoid():
    settings = SGD | {
        **{"shots": 10, "queries": 10, "units": 40, "batch_size": 5, "steps": 300},
        **{"inner_learning_rate": 0.02, "inner_batch": 10, "inner_steps": 10},
        **{"learning_rate": 0.5, "evaluate_tasks": 50, "evaluate_at": (0, 10)},
    }
    trainer, feed, _ = trained("reptile", settings, 300)
    found = trainer.evaluate(feed, 2000)
    assert found["task_error_at_10"] <= 0.5 * found["task_error_at_0"]  # Of seeds 1, 2: 0.33, 0.30.
