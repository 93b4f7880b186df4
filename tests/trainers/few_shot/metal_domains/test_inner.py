"""The inner steps: their losses against numpy, their gates exactly, and against other code."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.metal_domains.small import PLAYERS, TINY, copy_of, images, made
from tfgan_kit import meta
from trainers.few_shot.metal_domains.inner import Inner


def softplus(x):
    return np.logaddexp(0, x)


@pytest.fixture(scope="module")
def trainer():
    return made()[0]


def inner_of(trainer, **settings):
    return Inner.of(trainer.networks, TINY | vars(trainer.config) | settings)


def said(trainer, batch):
    found = trainer.discriminator({"image": batch}, training=True)
    return [found[name].numpy() for name in ("logits", "domain_logits", "features_3")]


def test_losses_are_those_of_numpy(trainer):
    weights = (0.7, 1.3, 10.0, 0.9)
    inner = inner_of(trainer, loss_weights=weights)
    y, x = images(3, seed=1), images(3, seed=2)
    made, again = (trainer.generator({"input": given})["image"].numpy() for given in (x, y))
    own, judge = (inner.weights[name] for name in PLAYERS)
    (real, inside, features), (fake, of_fake, others) = said(trainer, y), said(trainer, made)
    (_, of_again, _), (_, outside, _) = said(trainer, again), said(trainer, x)

    loss, terms = inner.judge_terms(judge, y, x, made)
    expected = softplus(-real).mean() + softplus(fake).mean()
    np.testing.assert_allclose(terms["adversarial"], expected, rtol=1e-5)
    domain = 2 * softplus(-inside).mean() + softplus(outside).mean()
    np.testing.assert_allclose(terms["domain"], domain, rtol=1e-5)
    np.testing.assert_allclose(loss, expected + domain, rtol=1e-5)

    loss, terms = inner.generator_terms(own, judge, y, x)
    expected = {
        "adversarial": softplus(-fake).mean(),
        "domain": softplus(-of_fake).mean() + softplus(-of_again).mean(),
        "reconstruction": np.abs(again - y).mean(),
        "feature": np.abs(others - features).mean(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, err_msg=name)
    np.testing.assert_allclose(loss, np.dot(weights, list(expected.values())), rtol=1e-5)
    right = ((real > 0).mean() + (fake < 0).mean()) / 2
    np.testing.assert_allclose(inner.accuracy(judge, y, made), right, rtol=1e-6)
    assert 0 < right < 1


def undecided():
    """A trainer whose discriminator calls every patch real: half of its signs are right."""
    trainer, _ = made()
    kernel, bias = trainer.discriminator.get_layer("logits").weights
    kernel.assign(tf.zeros_like(kernel))
    bias.assign([1.0])
    return trainer


@pytest.mark.parametrize(
    ("low", "high", "learned"),
    [
        # Half of the signs: below `high` only if that is more, above `low` only if that is less.
        (0.5, 0.5, {"generator": 1, "discriminator": 0}),
        (0.49, 0.5, {"generator": 2, "discriminator": 0}),
    ],
)
def test_gates_open_by_the_accuracy_and_leave_all_else_as_it_is(low, high, learned):
    trainer = undecided()
    inner = inner_of(trainer, low_accuracy=low, high_accuracy=high)
    step = inner.step(images(4, seed=1), images(6, seed=2))
    states = [inner.start(inner.weights)]
    for number in range(2):
        states.append(step(tf.constant(number), states[-1]))
    for name, count in learned.items():
        assert int(states[-1][name].count) == count
        for before, after in itertools.pairwise(states):
            still = before[name].count == after[name].count
            for one, other in zip(
                tf.nest.flatten(before[name]), tf.nest.flatten(after[name]), strict=True
            ):
                assert not still or (one.numpy() == other.numpy()).all()
    np.testing.assert_allclose(states[-1]["accuracy"] / 2, 0.5)
    told = inner.told(states[-1], 2)
    np.testing.assert_allclose(told["generator/learned"], learned["generator"] / 2)
    assert told["discriminator/learned"] == 0 == told["discriminator/adversarial"]
    # Of a higher threshold D learns.
    open_gate = inner_of(trainer, high_accuracy=0.51).step(images(4, seed=1), images(6, seed=2))
    assert int(open_gate(tf.constant(0), states[0])["discriminator"].count) == 1


def next_two(given, number):
    return given[np.array([2 * number, 2 * number + 1]) % len(given)]


def clone_after(trainer, y, x, steps, rate=0.01, low=0.5, high=0.9):
    """The same with variables, tapes and Keras' Adam, and D's accuracy by numpy."""
    networks = {name: copy_of(trainer.networks[name]) for name in PLAYERS}
    adams = {name: keras.optimizers.Adam(rate, 0.5, 0.999, epsilon=1e-7) for name in PLAYERS}
    factors = dict(zip("adrf", trainer.config.loss_weights, strict=True))
    taken = dict.fromkeys(PLAYERS, 0)

    def positive(logits):
        return tf.reduce_mean(tf.math.softplus(-logits))

    def learn(name, loss):
        network = networks[name]
        with tf.GradientTape() as tape:
            value = loss()
        values = [v.value for v in network.trainable_variables]
        adams[name].apply(tape.gradient(value, values), network.trainable_variables)
        taken[name] += 1

    def generate(given):
        return networks["generator"]({"input": given}, training=True)["image"]

    def judge(given):
        return networks["discriminator"]({"image": given}, training=True)

    for number in range(steps):
        ours, theirs = (next_two(given, number) for given in (y, x))
        fake = tf.constant(generate(theirs))
        right = [judge(ours)["logits"].numpy() > 0, judge(fake)["logits"].numpy() < 0]
        accuracy = np.mean(right)

        def of_judge(ours=ours, theirs=theirs, fake=fake):
            real, other, made = judge(ours), judge(theirs), judge(fake)
            value = positive(real["logits"]) + positive(-made["logits"])
            return value + 2 * positive(real["domain_logits"]) + positive(-other["domain_logits"])

        def of_generator(ours=ours, theirs=theirs):
            made, again = generate(theirs), generate(ours)
            seen, real, back = judge(made), judge(ours), judge(again)
            value = factors["a"] * positive(seen["logits"])
            domain = positive(seen["domain_logits"]) + positive(back["domain_logits"])
            apart = tf.reduce_mean(tf.abs(seen["features_3"] - real["features_3"]))
            value += factors["d"] * domain + factors["f"] * apart
            return value + factors["r"] * tf.reduce_mean(tf.abs(again - ours))

        if accuracy < high:
            learn("discriminator", of_judge)
        if accuracy > low or number == 0:
            learn("generator", of_generator)
    return networks, taken


def test_a_clone_is_that_of_other_code_and_the_networks_stay(trainer):
    y, x = images(4, seed=3), images(6, seed=4)
    before = [network.get_weights() for network in trainer.networks.values()]
    state = meta.repeat(trainer.inner.step(y, x), trainer.inner.start(trainer.inner.weights), 3)
    networks, taken = clone_after(trainer, y, x, 3)
    for name in PLAYERS:
        assert int(state[name].count) == taken[name]
        for ours, theirs in zip(state[name].weights, networks[name].weights, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=2e-4)
    after = [network.get_weights() for network in trainer.networks.values()]
    for one, other in zip(before, after, strict=True):
        for mine, now in zip(one, other, strict=True):
            np.testing.assert_array_equal(mine, now)


def test_clones_do_not_know_of_each_other(trainer):
    inner = trainer.inner
    step = inner.step(images(4, seed=5), images(6, seed=6))
    alone = meta.repeat(step, inner.start(inner.weights), 1)
    meta.repeat(inner.step(images(4, seed=7), images(6, seed=8)), inner.start(inner.weights), 1)
    again = meta.repeat(step, inner.start(inner.weights), 1)
    for one, other in zip(tf.nest.flatten(alone), tf.nest.flatten(again), strict=True):
        np.testing.assert_array_equal(one, other)
    fresh = inner.start(inner.weights)["generator"]
    assert int(fresh.count) == 0
    assert not any(slot.numpy().any() for slot in tf.nest.flatten(fresh.slots))


def test_both_networks_follow_their_clones():
    trainer, feed = made(inner_steps=1)
    batch = tf.nest.map_structure(tf.constant, feed._stream.read(np.arange(2)))
    before = {name: trainer.networks[name].get_weights() for name in PLAYERS}
    parts = (batch[name]["image"].numpy() / 127.5 - 1 for name in ("support", "others"))
    clones = [
        clone_after(trainer, *(np.float32(part) for part in pair), 1)[0]
        for pair in zip(*parts, strict=True)
    ]
    found = trainer.train_step(batch)
    for name in PLAYERS:
        ends = [clone[name].get_weights() for clone in clones]
        now = trainer.networks[name].get_weights()
        for w, moved, *both in zip(before[name], now, *ends, strict=True):
            np.testing.assert_allclose(moved, w + 0.5 * (np.mean(both, 0) - w), atol=2e-4)
    assert all(np.isfinite(value) for value in found.values())
    assert 0 < found["discriminator/accuracy"] <= 1
