"""The losses of pix2pix, and who is updated when."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import batches, build, step
from tfgan_kit.errors import UserError

SMALL = {"image_size": (16, 16), "filters": 2, "batch_size": 2, "discriminator_layers": 1}


def made(**settings):
    return build("pix2pix", **SMALL | settings)


def softplus(x):
    return np.logaddexp(0, np.asarray(x, np.float64))


def test_the_losses_are_those_of_the_paper():
    trainer, feed = made(optimizer="sgd", generator_lr=0.0, discriminator_lr=0.0)
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    example = trainer.example(batch, "generator")
    # The same step draws the same noise.
    image = trainer.translated(example, "generator")
    on_fake, on_real = (
        trainer.discriminator({"image": x, "input": example["input"]}, training=True)["logits"]
        for x in (image, example["target"])
    )
    judged = softplus(-on_real).mean() + softplus(on_fake).mean()
    np.testing.assert_allclose(found["discriminator/adversarial"], judged, rtol=1e-5)
    np.testing.assert_allclose(found["discriminator/loss"], judged / 2, rtol=1e-5)
    cheated = softplus(-on_fake).mean()
    distance = np.abs(example["target"] - image).mean()
    np.testing.assert_allclose(found["generator/adversarial"], cheated, rtol=1e-5)
    np.testing.assert_allclose(found["generator/l1"], distance, rtol=1e-5)
    np.testing.assert_allclose(found["generator/loss"], cheated + 100 * distance, rtol=1e-5)


def test_the_generator_meets_the_discriminator_just_updated():
    trainer, feed = made(optimizer="sgd", discriminator_lr=0.5, generator_lr=0.0)
    ((batch,),) = batches(trainer, feed)
    before = [v.numpy() for v in trainer.discriminator.trainable_variables]
    found = trainer.whole_step([batch])
    after = [v.numpy() for v in trainer.discriminator.trainable_variables]
    assert any((a != b).any() for a, b in zip(after, before, strict=True))
    example = trainer.example(batch, "generator")
    image = trainer.translated(example, "generator")
    logits = trainer.discriminator({"image": image, "input": example["input"]}, training=True)
    expected = softplus(-logits["logits"]).mean()
    np.testing.assert_allclose(found["generator/adversarial"], expected, rtol=1e-4)


def test_a_player_moves_by_its_own_loss_alone():
    trainer, feed = made(optimizer="sgd", discriminator_lr=0.0, generator_lr=0.1)
    ((batch,),) = batches(trainer, feed)
    example = trainer.example(batch, "generator")
    variables = trainer.generator.trainable_variables
    with tf.GradientTape() as tape:
        image = trainer.translated(example, "generator")
        judged = {"image": image, "input": example["input"]}
        logits = trainer.discriminator(judged, training=True)["logits"]
        loss = tf.reduce_mean(tf.nn.softplus(-logits))
        loss += 100 * tf.reduce_mean(tf.abs(example["target"] - image))
    expected = [v - 0.1 * g for v, g in zip(variables, tape.gradient(loss, variables), strict=True)]
    judge = [v.numpy() for v in trainer.discriminator.trainable_variables]
    trainer.whole_step([batch])
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)
    for variable, value in zip(trainer.discriminator.trainable_variables, judge, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_more_critic_steps_come_on_batches_of_their_own():
    trainer, feed = made(critic_steps=2, loss="wasserstein", penalty="wgan_gp", norm="instance")
    found = step(trainer, feed)
    assert {"discriminator/penalty", "generator/l1"} <= set(found)


def test_without_an_adversarial_loss_there_is_no_discriminator():
    trainer, feed = made(adversarial_weight=0.0)
    assert set(trainer.networks) == set(trainer.players) == {"generator"}
    assert set(step(trainer, feed)) == {"generator/l1", "generator/loss"}


def test_an_unconditional_discriminator_sees_the_image_alone():
    trainer, feed = made(conditional_discriminator=False)
    assert set(trainer.discriminator.input) == {"image"}
    step(trainer, feed)


def test_the_direction_swaps_input_and_target():
    trainer, feed = made(direction="b2a")
    assert trainer.generator.input["input"].shape[-1] == 3
    assert trainer.image_shape == (16, 16, 1)
    (use,) = trainer.uses()
    assert use.inputs["input"].shape == (16, 16, 3)
    step(trainer, feed)


def test_diffaugment_changes_an_image_and_its_input_alike():
    trainer, feed = made(diffaugment=("translation", "cutout"))
    ((batch,),) = batches(trainer, feed)
    target = trainer.example(batch, "generator")["target"]
    # Where an input is told from its image by the channel alone, it stays so.
    seen = trainer.seen_by_one({"image": target, "input": target[..., :1]}, "test")
    np.testing.assert_array_equal(seen["image"][..., :1], seen["input"])
    assert np.abs(seen["image"] - target).max() > 0


def test_label_maps_in_colours_are_measured_as_such(monkeypatch):
    trainer, feed = made(palette=("000000", "0000ff", "ff0000"), dropout=0.0)
    found = trainer.evaluate(feed, 3)
    colours = np.array([[0, 0, 0], [0, 0, 255], [255, 0, 0]])
    right, total = 0, 0
    for examples, images in trainer.translated_examples(feed, 3):
        maps = []
        for each in (examples["target"], np.rint((images["image"] + 1) * 127.5)):
            distances = np.square(each[..., None, :].astype(float) - colours).sum(-1)
            maps.append(distances.argmin(-1))
        right += (maps[0] == maps[1]).sum()
        total += maps[0].size
    assert found["pixel_accuracy"] == pytest.approx(right / total, abs=2e-3)
    assert 0 < found["mean_iou"] < 1
    assert "pixel_accuracy" not in made()[0].evaluate(feed, 3)


def test_noise_in_use_is_that_of_the_seed():
    trainer, feed = made(dropout=0.5)
    bound = trainer.bound("translate")
    (examples,) = feed.examples(2)
    one, same, other = (
        bound.render({"input": examples["input"], "seed": np.full(2, seed)})["image"]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"image_size": (20, 20)}, "multiples of 16"),
        ({"adversarial_weight": 0.0, "l1_weight": 0.0}, "nothing is learned"),
        ({"dataset": "glyphs"}, "has no pairs"),
        ({"channels": 1}, "keep their own channels"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, message):
    with pytest.raises(UserError, match=message):
        made(**settings)
