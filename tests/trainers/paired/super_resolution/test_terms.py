"""What the two stages of SRGAN and ESRGAN minimise, against numpy."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.paired.super_resolution.building import batches, build
from tfgan_kit.uses.apply import call_network

TRUTH, MADE = np.random.default_rng(0).uniform(-1, 1, (2, 4, 32, 32, 3)).astype(np.float32)


def softplus(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def logits(trainer, images):
    return call_network(trainer.discriminator, {"image": images}, training=True)["logits"].numpy()


def translator(trainer):
    terms = trainer.translator_terms({"image": tf.constant(TRUTH)}, tf.constant(MADE))
    return {term.name: (float(term.value), term.weight) for term in terms}


@pytest.mark.parametrize(
    ("method", "name", "expected"),
    [("srgan", "l2", np.mean((TRUTH - MADE) ** 2)), ("esrgan", "l1", np.mean(abs(TRUTH - MADE)))],
)
def test_the_first_stage_minimises_the_distance_of_pixels(method, name, expected):
    trainer, _ = build(method)
    assert set(trainer.networks) == {"generator"}
    assert translator(trainer) == {name: (pytest.approx(expected, rel=1e-5), 1.0)}


def test_srgan_without_features():
    trainer, _ = build("srgan", stage=1)
    found = translator(trainer)
    fake = logits(trainer, MADE)
    assert found == {
        "adversarial": (pytest.approx(softplus(-fake).mean(), rel=1e-5), 1e-3),
        "content": (pytest.approx(np.mean((TRUTH - MADE) ** 2), rel=1e-5), 1.0),
    }
    assert "loss off" in trainer.notes[0]
    assert trainer.notes[0].endswith("the content is l2, as in the first stage")


def test_esrgan_is_relativistic():
    trainer, _ = build("esrgan", stage=1)
    found = translator(trainer)
    real, fake = logits(trainer, TRUTH), logits(trainer, MADE)
    relative_fake, relative_real = fake - real.mean(), real - fake.mean()
    generator = softplus(-relative_fake).mean() + softplus(relative_real).mean()
    distance = pytest.approx(np.mean(abs(TRUTH - MADE)), rel=1e-5)
    assert found == {
        "adversarial": (pytest.approx(generator, rel=1e-4), 5e-3),
        "content": (distance, 1.0),
        "l1": (distance, 1e-2),
    }
    (term,) = trainer.critic_terms({"image": tf.constant(TRUTH)}, tf.constant(MADE), "critic")
    critic = softplus(-relative_real).mean() + softplus(relative_fake).mean()
    assert float(term.value) == pytest.approx(critic, rel=1e-4)


def test_content_can_be_features():
    trainer, _ = build("srgan", stage=1, content_weight=0.5)
    trainer.content = lambda made, truth: tf.reduce_mean(made * truth)
    value, weight = translator(trainer)["content"]
    assert value == pytest.approx(np.mean(MADE * TRUTH), abs=1e-6)
    assert weight == 0.5


@pytest.mark.parametrize("channels", [1, 3])
def test_small_images_are_those_of_a_file(channels):
    trainer, feed = build("srgan", channels=channels)
    (batch,) = batches(feed, 1)
    example = trainer.example(batch, "generator")
    assert example["input"].shape == (4, 8, 8, channels)
    levels = (example["input"].numpy() + 1) * 127.5
    np.testing.assert_allclose(levels, np.rint(levels), atol=1e-4)
    given = trainer.given({"image": batch["image"].numpy()}, 0)["input"]
    assert given.dtype == np.uint8
    np.testing.assert_array_equal(given, np.rint(levels))


def test_crops_are_reduced_after_they_are_cut():
    trainer, feed = build("esrgan", image_size=64, crop=32, turns=True)
    (batch,) = batches(feed, 1)
    example = trainer.example(batch, "generator")
    assert example["image"].shape == (4, 32, 32, 3)
    np.testing.assert_array_equal(example["input"], trainer.reduced(example["image"]))


def test_each_stage_has_its_rates():
    settings = {
        "steps": 100,
        "pretrain_steps": 50,
        "pretrain_lr_drops": (10, 20),
        "lr_drops": (30,),
        "lr_drop_factor": 0.1,
    }

    def rates(trainer, updates):
        return {
            name: [float(player.optimizer._learning_rate(u)) for u in updates]
            for name, player in trainer.players.items()
        }

    trainer, _ = build("esrgan", **settings)
    assert rates(trainer, [0, 10, 20]) == {"generator": pytest.approx([2e-4, 2e-5, 2e-6])}
    trainer, _ = build("esrgan", stage=1, **settings)
    expected = pytest.approx([1e-4, 1e-4, 1e-5])
    assert rates(trainer, [0, 29, 30]) == {"generator": expected, "discriminator": expected}
    assert int(trainer.players["generator"].optimizer.iterations) == 0


def test_the_gan_begins_with_the_network_of_the_first_stage_and_keeps_it():
    trainer, feed = build("esrgan")
    trainer.whole_step(batches(feed, 1))
    before = trainer.averages["generator"].network.get_weights()
    trainer.enter(1, feed.spec)
    trainer.whole_step(batches(feed, 1))
    for kept, own in zip(trainer.networks["psnr"].get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, own)
    assert any(
        (new != old).any() for new, old in zip(trainer.generator.get_weights(), before, strict=True)
    )
    assert [use.name for use in trainer.uses()] == ["translate", "reconstruct"]
