"""MetaGAN: its losses against numpy, and who is moved by which."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.small import IMAGES, POINTS, batch_of, built, part_of
from tfgan_kit import meta
from tfgan_kit.errors import UserError
from trainers.few_shot.metagan.losses import as_fake, as_real

SETTINGS = IMAGES | {"latent_size": 6}


def test_losses_are_those_of_the_softmax_over_all_classes():
    rng = np.random.default_rng(0)
    logits, fake = rng.normal(0, 3, (9, 4)).astype("f4"), rng.normal(0, 3, (9, 1)).astype("f4")
    every = np.exp(np.float64(np.concatenate([logits, fake], 1)))
    chances = every / every.sum(1, keepdims=True)
    real = chances[:, :4].sum(1)
    np.testing.assert_allclose(as_real(logits, fake), -np.log(real).mean(), rtol=1e-5)
    np.testing.assert_allclose(as_fake(logits, fake), -np.log(chances[:, 4]).mean(), rtol=1e-5)
    # Large logits do not overflow.
    assert np.isfinite(as_real(logits * 1000, fake * 1000))


@pytest.fixture(scope="module")
def stepped():
    """A trainer after one step, its batch, its weights before, and what the step logged."""
    trainer, feed = built("metagan", SETTINGS | {"real_weight": 0.5, "fake_weight": 2.0})
    before = {name: network.get_weights() for name, network in trainer.networks.items()}
    batch = batch_of(feed)
    # Once, a step takes less time than its graph.
    tf.config.run_functions_eagerly(True)
    found = trainer.train_step(batch)
    tf.config.run_functions_eagerly(False)
    return trainer, batch, before, found


def test_a_step_moves_all_networks_and_no_statistics(stepped):
    trainer, _, before, _ = stepped
    for name, network in trainer.networks.items():
        trained = {id(v) for v in network.trainable_variables}
        for variable, then in zip(network.weights, before[name], strict=True):
            moved = (variable.numpy() != then).any()
            assert moved == (id(variable) in trained), variable.path


def test_what_is_logged(stepped):
    found = {name: float(value) for name, value in stepped[-1].items()}
    assert set(found) == {
        *(f"discriminator/{t}" for t in ("labelled", "real", "fake", "loss")),
        *("discriminator/accuracy_before", "discriminator/accuracy_after"),
        "generator/loss",
    }
    parts = (found[f"discriminator/{name}"] for name in ("labelled", "real", "fake"))
    expected = np.dot([1, 0.5, 2], list(parts))
    np.testing.assert_allclose(found["discriminator/loss"], expected, rtol=1e-5)


def test_each_player_moves_by_its_own_loss(stepped):
    trainer, batch, *_ = stepped
    own = {n: [v.value for v in p.variables] for n, p in trainer.players.items()}
    with tf.GradientTape(persistent=True) as tape:
        means = trainer._means(batch)
        discriminator = tf.add_n([means[name] for name in ("labelled", "real", "fake")])
    assert set(tape.gradient(means["as_real"], own["discriminator"])) == {None}
    assert set(tape.gradient(discriminator, own["generator"])) == {None}
    for loss, player in ((means["as_real"], "generator"), (discriminator, "discriminator")):
        assert None not in tape.gradient(loss, own[player])


def test_the_inner_loss_is_of_the_support_and_of_its_fakes(stepped):
    trainer, batch, *_ = stepped
    inner, support = trainer.inner, part_of(batch, "support", 1)
    latents = tf.random.stateless_normal((6, 6), (1, 2))
    weights = meta.weights_of(trainer.networks["discriminator"])

    def called(network, **inputs):
        outputs = network({k: tf.constant(v) for k, v in inputs.items()}, training=True)
        return {name: np.float64(value) for name, value in outputs.items()}

    clones = {n: meta.changed(net, meta.weights_of(net)) for n, net in trainer.networks.items()}
    images = tf.cast(support["image"], tf.float32) / 127.5 - 1
    code = called(clones["encoder"], image=images)["code"].mean(0, keepdims=True)
    code = np.repeat(code, 6, 0).astype("f4")
    fakes = called(clones["generator"], latent=latents, code=code)["image"].astype("f4")
    np.testing.assert_allclose(inner.fakes(support, latents), fakes, atol=1e-5)
    real, fake = (called(clones["discriminator"], image=x) for x in (images, fakes))
    labels = support["label"].numpy()
    own = np.take_along_axis(real["logits"], labels[:, None], 1)[:, 0]
    of_classes = np.log(np.exp(real["logits"]).sum(1))

    def every(found):
        both = np.concatenate([found["logits"], found["fake_logit"]], 1)
        return np.log(np.exp(both).sum(1))

    expected = np.mean(of_classes - own)
    expected += 0.5 * np.mean(every(real) - of_classes)
    expected += 2.0 * np.mean(every(fake) - fake["fake_logit"][:, 0])
    np.testing.assert_allclose(inner.loss(weights, support, latents), expected, rtol=1e-4)


def test_the_generator_is_not_moved_by_inner_steps(stepped):
    trainer, batch, *_ = stepped
    inner, support = trainer.inner, part_of(batch, "support", 0)
    generator = trainer.networks["generator"]
    weights = meta.weights_of(trainer.networks["discriminator"])
    with tf.GradientTape() as tape:
        value = inner.loss(weights, support, tf.ones((6, 6)))
    assert set(tape.gradient(value, [v.value for v in generator.trainable_variables])) == {None}


def test_fakes_depend_on_the_latent_and_on_the_task(stepped):
    trainer, batch, *_ = stepped
    inner, latents = trainer.inner, tf.random.stateless_normal((2, 6), (3, 4))
    one, other = (inner.fakes(part_of(batch, "support", k), latents).numpy() for k in (0, 1))
    assert np.abs(one - other).max() > 1e-6
    assert np.abs(one[0] - one[1]).max() > 1e-6


def test_functions_have_no_classes():
    with pytest.raises(UserError, match="sinusoids has values to predict"):
        built("metagan", POINTS)
