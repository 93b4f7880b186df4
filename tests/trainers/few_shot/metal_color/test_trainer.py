"""MetalGAN's colouriser: its losses, its inner and outer steps, and what it learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import build
from tfgan_kit import meta
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.lab import lab_to_rgb, rgb_to_lab
from trainers.few_shot.metal_color.inner import Inner, judged
from trainers.few_shot.metal_color.measures import measure

TINY = {
    "filters": 2,
    "levels": 2,
    "shots": 3,
    "queries": 2,
    "held_out_classes": ("20",),
    "inner_steps": 3,
    "inner_batch": 2,
    "inner_learning_rate": 0.01,
    "meta_rate": 0.5,
    "batch_size": 2,
    "evaluate_at": (0, 2),
}


def softplus(x):
    return np.logaddexp(0, x)


@pytest.fixture
def made():
    return build("metal_color", **TINY)


def batch_of(feed, start=0):
    return tf.nest.map_structure(
        tf.constant, feed.episodes.read(np.arange(start, start + TINY["batch_size"]))
    )


def test_the_loss_of_a_clone(made):
    trainer, feed = made
    lab = trainer.lab(batch_of(feed), "support")[0]
    painted = trainer.generator({"input": lab[..., :1]}, training=True)["image"]
    logits = judged(trainer.discriminator, lab[..., :1], painted).numpy()
    whole = np.concatenate([lab[..., :1], painted], -1)
    np.testing.assert_allclose(
        logits, trainer.discriminator(whole, training=True)["logits"], atol=1e-6
    )
    expected = softplus(-logits).mean() + 100 * np.abs(painted - lab[..., 1:]).mean()
    weights = meta.weights_of(trainer.generator)
    np.testing.assert_allclose(trainer.inner.loss(weights, lab), expected, rtol=1e-5)
    alone = Inner(trainer.generator, None, 1.0, 3.0, 0.1, 2)
    expected = 3 * np.abs(painted - lab[..., 1:]).mean()
    np.testing.assert_allclose(alone.loss(weights, lab), expected, rtol=1e-5)


def clone_after(trainer, lab, steps, rate):
    """The same with variables, a tape and Keras' optimiser, image by image as they come."""
    network = keras.models.clone_model(trainer.generator)
    network.set_weights(trainer.generator.get_weights())
    sgd, images = keras.optimizers.SGD(rate), np.tile(lab, (steps, 1, 1, 1))
    for number in range(steps):
        part = images[2 * number : 2 * number + 2]
        with tf.GradientTape() as tape:
            painted = network({"input": part[..., :1]}, training=True)["image"]
            whole = tf.concat([part[..., :1], painted], -1)
            logits = trainer.discriminator(whole, training=True)["logits"]
            loss = tf.reduce_mean(tf.math.softplus(-logits))
            loss += 100 * tf.reduce_mean(tf.abs(painted - part[..., 1:]))
        values = [v.value for v in network.trainable_variables]
        sgd.apply(tape.gradient(loss, values), network.trainable_variables)
    return network.get_weights()


def error(trainer, weights, lab):
    network = keras.models.clone_model(trainer.generator)
    network.set_weights(weights)
    return np.abs(network({"input": lab[..., :1]}, training=True)["image"] - lab[..., 1:]).mean()


def test_the_generator_follows_its_clones_and_the_discriminator_has_a_pass(made):
    trainer, feed = made
    batch = batch_of(feed)
    labs, others = (trainer.lab(batch, part).numpy() for part in ("support", "query"))
    start, judge = trainer.generator.get_weights(), trainer.discriminator.get_weights()
    clones = [clone_after(trainer, lab, 3, 0.01) for lab in labs]
    before = [error(trainer, start, lab) for lab in others]
    after = [error(trainer, clone, lab) for clone, lab in zip(clones, others, strict=True)]
    found = trainer.train_step(batch)
    np.testing.assert_allclose(found["generator/l1_before"], np.mean(before), rtol=1e-4)
    np.testing.assert_allclose(found["generator/l1_after"], np.mean(after), rtol=1e-3)
    for w, now, *both in zip(start, trainer.generator.get_weights(), *clones, strict=True):
        np.testing.assert_allclose(now, w + 0.5 * (np.mean(both, 0) - w), atol=2e-5)
    # D: the last of two updates, on the third image of each task, by the generator that has moved.
    part = labs[:, 2]
    painted = trainer.generator({"input": part[..., :1]}, training=True)["image"]
    other, _ = build("metal_color", **TINY)
    other.discriminator.set_weights(judge)
    other.generator.set_weights(trainer.generator.get_weights())
    other._pass(tf.constant(labs[:, :2]))
    real = judged(other.discriminator, part[..., :1], part[..., 1:]).numpy()
    fake = judged(other.discriminator, part[..., :1], painted).numpy()
    expected = softplus(-real).mean() + softplus(fake).mean()
    np.testing.assert_allclose(found["discriminator/adversarial"], expected, rtol=1e-4)


def test_one_step_at_rate_one_is_gradient_descent_on_the_mean_loss():
    settings = TINY | {"inner_steps": 1, "meta_rate": 1.0, "shots": 2, "adversarial_weight": 0}
    trainer, feed = build("metal_color", **settings)
    batch, start = batch_of(feed), trainer.generator.get_weights()
    lab = tf.reshape(trainer.lab(batch, "support"), [-1, 32, 32, 3])
    with tf.GradientTape() as tape:
        painted = trainer.generator({"input": lab[..., :1]}, training=True)["image"]
        loss = 100 * tf.reduce_mean(tf.abs(painted - lab[..., 1:]))
    moves = tape.gradient(loss, [v.value for v in trainer.generator.trainable_variables])
    trainer.train_step(batch)
    for w, now, g in zip(start, trainer.generator.get_weights(), moves, strict=True):
        np.testing.assert_allclose(now, w - 0.01 * g, atol=1e-5)


def test_measures_are_those_of_numpy():
    rng = np.random.default_rng(0)
    rgb = rng.uniform(-1, 1, (3, 2, 4, 5, 3)).astype(np.float32)
    true = rgb_to_lab(rgb).numpy()
    painted = 0.5 * true[:, None, ..., 1:] * np.ones((1, 2, 1, 1, 1, 1), np.float32)
    painted[:, 1] = true[..., 1:] + 0.01
    found = measure(true, painted, (0, 7))
    of_task = [110 * np.abs(0.5 * task[..., 1:]).mean() for task in true]
    np.testing.assert_allclose(found["ab_error_at_0"], np.mean(of_task), rtol=1e-5)
    half = 1.96 * np.std(of_task, ddof=1) / np.sqrt(3)
    np.testing.assert_allclose(found["ab_error_at_0_interval"], half, rtol=1e-5)
    np.testing.assert_allclose(found["ab_error_at_7"], 1.1, rtol=1e-4)
    assert found["samples"] == 6
    made = lab_to_rgb(np.concatenate([true[..., :1], painted[:, 0]], -1)).numpy()
    pixels = [np.rint(127.5 * (each.astype(np.float64) + 1)) for each in (made, rgb)]
    squares = ((pixels[0] - pixels[1]) ** 2).mean((2, 3, 4))
    expected = (10 * np.log10(255**2 / squares)).mean()
    np.testing.assert_allclose(found["psnr_at_0"], expected, rtol=1e-3)
    assert found["psnr_at_7"] > found["psnr_at_0"]


def test_held_out_palettes_are_never_trained_on(made):
    trainer, feed = made
    trained = feed.episodes.read(np.arange(300))["class"]
    measured = trainer.tasks(feed).read(np.arange(40))["class"]
    assert trained.max() < 200 <= measured.min()


def test_without_held_out_classes_other_images_are_measured():
    settings = TINY | {"held_out_classes": (), "dataset": "palette_tasks-visible"}
    trainer, feed = build("metal_color", **settings)
    (other,) = feed.held_out()
    tasks = trainer.tasks(feed)
    batch = tasks.read(np.arange(3))
    assert tasks._reader is other
    assert batch["query"]["image"].shape == (3, 2, 32, 32, 3)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"adversarial_weight": 0, "l1_weight": 0}, "both 0: no colour is learned"),
        ({"classifier": "c.keras"}, "--classifier is for --tasks clusters"),
        ({"levels": 6}, "multiples of 64, not 32"),
        ({"dataset": "glyphs", "held_out_classes": ("2",)}, "has no colours to learn"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(settings, told):
    with pytest.raises(UserError, match=told):
        build("metal_color", **TINY | settings)
