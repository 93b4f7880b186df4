"""FIGR's steps against plain Keras networks, and what an adapted network is."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.figr.small import LATENT, SHOTS, SIDE, figr, write_run
from tests.trainers.small import batches
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.meta import call
from tfgan_kit.runs.saved_run import SavedRun
from trainers.few_shot.figr.adapt import adapt, seeds
from trainers.few_shot.figr.inner import drawn

RATE, PENALTY = 0.01, 10.0


@pytest.fixture(autouse=True)
def _eagerly():
    """To trace a step takes longer than to do it; traced steps are those of tests/every_method."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def trained():
    """A trainer of one inner step whose outer optimiser takes w~, and its first batch."""
    rates = {"learning_rate": 1.0, "inner_learning_rate": RATE}
    trainer, feed = figr(inner_steps=1, optimizer="sgd", **rates)
    ((batch,),) = batches(trainer, feed)
    return trainer, batch


def plain_step(networks, real, draws, number, rate=RATE):
    """An inner step on variables, as WGAN-GP is written down; gives the gradients."""
    maker, judge = networks
    fake = maker(draws["critic_latent"][number])["image"]
    with tf.GradientTape() as outer:
        share = tf.reshape(draws["share"][number], (-1, 1, 1, 1))
        between = share * real + (1 - share) * fake
        with tf.GradientTape() as inner:
            inner.watch(between)
            said = tf.reduce_sum(judge(between)["logits"])
        slope = tf.reshape(inner.gradient(said, between), (len(real), -1))
        norm = tf.sqrt(tf.reduce_sum(slope**2, 1) + 1e-12)
        loss = tf.reduce_mean(judge(fake)["logits"]) - tf.reduce_mean(judge(real)["logits"])
        loss += PENALTY * tf.reduce_mean((norm - 1) ** 2)
    of_judge = outer.gradient(loss, [v.value for v in judge.trainable_variables])
    _descend(judge, of_judge, rate)
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(judge(maker(draws["latent"][number])["image"])["logits"])
    of_maker = tape.gradient(loss, [v.value for v in maker.trainable_variables])
    _descend(maker, of_maker, rate)
    return of_maker, of_judge


def _descend(network, gradients, rate):
    for variable, gradient in zip(network.trainable_variables, gradients, strict=True):
        variable.assign_sub(rate * gradient)


def copies(trainer):
    """Networks of the same weights."""
    found = [keras.models.clone_model(network) for network in trainer.networks.values()]
    for copy, network in zip(found, trainer.networks.values(), strict=True):
        copy.set_weights(network.get_weights())
    return found


def assert_near(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def some_images(count=SHOTS):
    return tf.random.stateless_uniform((count, SIDE, SIDE, 1), (1, 2), -1, 1)


def test_inner_steps_are_those_of_wgan_gp_and_change_no_variable(trained):
    trainer, _ = trained
    real, draws = some_images(), drawn(seeds(0, "test"), [], 2, SHOTS, LATENT)
    before = [network.get_weights() for network in trainer.networks.values()]
    state, step = trainer.inner.start, trainer.inner.step(real, draws)
    for number in range(2):
        state = step(tf.constant(number), state)
    networks = copies(trainer)
    for number in range(2):
        plain_step(networks, real, draws, number)
    for found, network in zip(state[0], networks, strict=True):
        assert_near(found, network.get_weights())
    for network, weights in zip(trainer.networks.values(), before, strict=True):
        assert all((a == b).all() for a, b in zip(network.get_weights(), weights, strict=True))


def test_with_one_inner_step_the_outer_direction_is_the_rate_times_the_plain_gradient(trained):
    trainer, batch = trained
    networks, before = copies(trainer), copies(trainer)
    tasks = to_network(trainer.spec["support"]["image"], batch["support"]["image"])
    draws = drawn(trainer.random.seed, [2], 1, SHOTS, LATENT)
    sums = [(), ()]
    for task in range(2):
        for network, start in zip(networks, before, strict=True):
            network.set_weights(start.get_weights())
        own = {name: values[task] for name, values in draws.items()}
        each = plain_step(networks, tasks[task], own, 0)
        pairs = zip(sums, each, strict=True)
        sums = [[a + b for a, b in zip(s, g, strict=True)] if s else g for s, g in pairs]
    trainer.whole_step([batch])
    for network, start, total in zip(trainer.networks.values(), before, sums, strict=True):
        pairs = zip(start.get_weights(), network.get_weights(), total, strict=True)
        for was, now, gradient in pairs:
            np.testing.assert_allclose(was - now, RATE * gradient / 2, rtol=1e-3, atol=1e-7)


def test_draws_of_fewer_steps_are_the_first_and_each_step_has_its_own():
    of = seeds(3, "test")
    few, many = (drawn(of, [], steps, SHOTS, LATENT) for steps in (2, 7))
    for name, values in many.items():
        np.testing.assert_array_equal(values[:2], few[name])
        flat = np.reshape(values, (7, -1))
        assert len(np.unique(flat, axis=0)) == 7
    assert not np.array_equal(many["latent"], many["critic_latent"])
    other = drawn(seeds(4, "test"), [], 2, SHOTS, LATENT)
    assert not np.array_equal(other["share"], few["share"])


def test_a_run_is_adapted_by_new_networks_and_stays_as_it_is(trained, tmp_path):
    trainer, _ = trained
    run = SavedRun(write_run(tmp_path / "run", trainer))
    networks = {name: run.load(name) for name in ("generator", "discriminator")}
    before = {name: network.get_weights() for name, network in networks.items()}
    images = np.random.default_rng(0).integers(0, 256, (5, SIDE, SIDE, 1)).astype(np.uint8)
    examples = {"image": images, "label": np.zeros(5, np.int64)}
    found, other = (adapt(run, examples, steps=n, seed=n) for n in (2, 1))
    assert set(found) == set(networks)
    for name, network in networks.items():
        assert found[name] is not network
        pairs = list(zip(network.get_weights(), before[name], strict=True))
        assert all((now == was).all() for now, was in pairs)
        assert not np.array_equal(found[name].get_weights()[0], other[name].get_weights()[0])
    # What a run does is what the plain step does on five images.
    copied = copies(trainer)
    draws = drawn(seeds(2, "adapt"), [], 2, 5, LATENT)
    for number in range(2):
        plain_step(copied, to_network(trainer.spec["support"]["image"], images), draws, number)
    for name, network in zip(found, copied, strict=True):
        assert_near(found[name].get_weights(), network.get_weights())


def test_a_task_of_several_classes_is_refused(trained, tmp_path):
    run = SavedRun(write_run(tmp_path / "run", trained[0]))
    examples = {"image": np.zeros((4, SIDE, SIDE, 1), np.uint8), "label": np.repeat([0, 1], 2)}
    with pytest.raises(UserError, match="images of one class, and the task has 2 classes"):
        adapt(run, examples, steps=1, seed=0)


def test_a_rate_that_is_too_high_is_told_with_its_step(trained, tmp_path):
    run = SavedRun(write_run(tmp_path / "run", trained[0]))
    run.settings["inner_learning_rate"] = 1e20
    examples = {"image": np.zeros((2, SIDE, SIDE, 1), np.uint8), "label": np.zeros(2, np.int64)}
    with pytest.raises(UserError, match=r"non-finite at step [12] of 3; the run is unchanged"):
        adapt(run, examples, steps=3, seed=0)


def test_what_a_training_costs_is_told_before_it(trained):
    trainer, _ = figr(steps=1000, inner_steps=10, batch_size=4)
    assert trainer.notes == (
        "steps     outer x inner x tasks: 1,000 x 10 x 4 = 40,000 inner steps",
    )


def test_an_adapted_network_gives_what_its_weights_give(trained):
    trainer, _ = trained
    weights, _ = trainer.inner.start
    shifted = tuple(tuple(1.1 * w for w in own) for own in weights)
    made, judge = trainer.inner.adapted(shifted)
    latents = tf.random.stateless_normal((2, LATENT), (5, 6))
    expected = call(trainer.generator, shifted[0], latents)["image"]
    np.testing.assert_allclose(made(latents)["image"], expected, rtol=1e-5, atol=1e-6)
    assert judge.name == "discriminator"
