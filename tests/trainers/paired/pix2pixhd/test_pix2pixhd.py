import numpy as np
import pytest

from tests.trainers.paired.label_maps.terms import (
    by_name,
    example_of,
    feature_matching,
    judgements,
    logits,
)
from tests.trainers.small import STILL, build, step
from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.errors import UserError
from tfgan_kit.fields.boundaries import boundary_map
from tfgan_kit.settings.size import Size

SMALL = {"filters": 2, "blocks": 1, "batch_size": 4}
GLOBAL = {**SMALL, "image_size": Size(32, 32)}
STAGES = {
    **SMALL,
    **{
        "image_size": Size(64, 64),
        "local_enhancer": True,
        "steps": 10,
        "global_steps": 3,
        "fix_global_steps": 2,
    },
}


@pytest.fixture(scope="module")
def still():
    return build("pix2pixhd", **GLOBAL, **STILL, discriminator_scales=2, discriminator_layers=1)


def test_the_loss_is_that_of_the_paper(still):
    trainer, feed = still
    example, image = example_of(trainer, feed)
    fake, real = judgements(trainer, example, image)
    terms = by_name(trainer.translator_terms(example, image))
    value, weight = terms["adversarial"]
    expected = sum(np.square(x - 1).mean() for x in logits(fake))
    assert value * weight == pytest.approx(expected, rel=1e-5)
    value, weight = terms["feature_matching"]
    assert value * weight == pytest.approx(10 * feature_matching(fake, real), rel=1e-5)
    assert set(terms) == {"adversarial", "feature_matching"}

    value, weight = by_name(trainer.critic_terms(example, image, "critic"))["adversarial"]
    halves = [np.square(x - 1).mean() for x in logits(real)]
    halves += [np.square(x).mean() for x in logits(fake)]
    assert value * weight == pytest.approx(sum(halves) / 2, rel=1e-5)


def test_both_networks_are_given_classes_and_boundaries(still):
    trainer, feed = still
    example, image = example_of(trainer, feed)
    condition = trainer.inputs(example, "any")["input"]
    assert condition.shape == (4, 32, 32, 12)
    np.testing.assert_array_equal(condition[..., :11], example["ids"])
    np.testing.assert_array_equal(condition[..., 11:], boundary_map(example["instances"]))
    assert trainer.judged(example, image)["input"] is condition


def test_what_is_compared_is_augmented_alike():
    trainer, feed = build("pix2pixhd", **GLOBAL, diffaugment=("translation", "cutout"))
    example, _ = example_of(trainer, feed)
    terms = by_name(trainer.translator_terms(example, example["target"]))
    assert terms["feature_matching"][0] == pytest.approx(0, abs=1e-6)


def test_images_take_the_place_of_label_maps():
    trainer, feed = build("pix2pixhd", **GLOBAL, dataset="glyph_edge2colour", direction="b2a")
    assert trainer.generator.input["input"].shape[-1] == 3
    assert np.isfinite(step(trainer, feed)["generator/loss"])
    (use,) = trainer.uses()
    assert use.inputs["target"].multiple == 16


def weights(network, of_global):
    return {
        v.path: v.numpy()
        for v in network.trainable_variables + network.non_trainable_variables
        if v.path.startswith("global_") == of_global
    }


def changed(before, after):
    return {path for path in before if path in after and (before[path] != after[path]).any()}


def test_stages_train_g1_then_g2_around_it_then_all():
    trainer, feed = build("pix2pixhd", **STAGES)
    halves = feed.changed(image_size=Size(32, 32))
    assert [stage.until for stage in trainer.stages(trainer.config)] == [3, 5, None]
    trainer.enter(0, halves.spec, carry=False)
    assert trainer.uses()[0].inputs["ids"].shape == (32, 32)
    step(trainer, halves)
    alone, judge = weights(trainer.generator, True), trainer.discriminator.get_weights()

    trainer.enter(1, feed.spec)
    taken, own = weights(trainer.generator, True), weights(trainer.generator, False)
    assert set(taken) == {p for p in alone if not p.startswith("global_output")}
    assert not changed(taken, alone)
    for a, b in zip(judge, trainer.discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    step(trainer, feed)
    assert not changed(taken, weights(trainer.generator, True))
    assert changed(own, weights(trainer.generator, False)) == set(own)

    trainer.enter(2, feed.spec)
    step(trainer, feed)
    assert changed(taken, weights(trainer.generator, True)) == set(taken)


def test_rates_follow_the_steps_of_all_stages():
    trainer, feed = build("pix2pixhd", **STAGES, schedule="linear", decay_steps=10)
    trainer.enter(2, feed.spec, carry=False)
    of_step = Schedule(2e-4, "linear", 10)
    # G's optimiser begins in this stage, at step 5; D's has gone on since the start.
    for player, updates in (("generator", 2), ("discriminator", 7)):
        rate = trainer.players[player].optimizer._learning_rate
        assert float(rate(updates)) == pytest.approx(float(of_step(7)))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"image_size": Size(32, 32), "local_enhancer": True}, "at least 64"),
        ({"image_size": Size(16, 16)}, "at least 32"),
        ({"image_size": Size(80, 80), "local_enhancer": True}, "multiples of 32"),
        ({"global_steps": 5}, "with G2"),
        ({**STAGES, "fix_global_steps": 7}, "leave none of 10"),
        ({"direction": "b2a"}, "label maps"),
        ({"dataset": "glyph_edge2colour", "instances": True}, "no maps of instances"),
        ({"dataset": "glyph_edge2colour", "features": 3}, "--features needs label maps"),
        ({"instances": False, "features": 3}, "--features needs label maps"),
    ],
)
def test_what_cannot_be_is_said(settings, told):
    with pytest.raises(UserError, match=told):
        build("pix2pixhd", **{**SMALL, "image_size": Size(64, 64), **settings})
