import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field
from tfgan_kit.perceptual import PerceptualLoss
from tfgan_kit.settings.option import make
from trainers.paired.scribbler.config import ScribblerConfig
from trainers.paired.scribbler.measures import StrokeMeasures
from trainers.paired.scribbler.trainer import Scribbler

SMALL = {"image_size": 16, "filters": 2, "batch_size": 3, "discriminator_layers": 1}


def config(**settings):
    return make(ScribblerConfig, SMALL, settings)


def build(settings=None, spec=None):
    feed, made = open_feed("pairs", config(**(settings or {})))
    return Scribbler(made, spec or feed.spec, tf.distribute.get_strategy()), feed


def batch(feed):
    return next(iter(feed.examples(3, held_out=False)))


def values(terms):
    return {term.name: float(term.value) for term in terms}


def weights(terms):
    return {term.name: term.weight for term in terms}


def test_terms_against_numpy(tmp_path):
    vgg = str(write_npz(tmp_path / "vgg.npz", "vgg19", draw("vgg19", blocks=4)))
    trainer, feed = build({"perceptual_weights": vgg, "tv_weight": 0.5, "feature_weight": 3.0})
    example = trainer.example(batch(feed), "generator")
    image, target = tf.constant(example["input"]), example["target"].numpy()
    terms = trainer.translator_terms(example, image)
    logits = trainer.discriminator({"image": image}, training=True)["logits"].numpy()
    x = image.numpy().astype(np.float64)
    expected = {
        "adversarial": np.log1p(np.exp(-logits)).mean(),
        "content": ((x - target) ** 2).mean(),
        "feature": float(PerceptualLoss("scribbler", "vgg19", vgg)(image, target)),
        "tv": np.abs(np.diff(x, axis=1)).mean() + np.abs(np.diff(x, axis=2)).mean(),
    }
    assert values(terms) == pytest.approx(expected, rel=1e-4)
    assert weights(terms) == {"adversarial": 0.01, "content": 1.0, "feature": 3.0, "tv": 0.5}


def test_content_can_be_absolute_and_features_are_off_with_a_note_without_weights():
    trainer, feed = build({"content": "l1"})
    example = trainer.example(batch(feed), "generator")
    image = example["input"]
    found = values(trainer.reconstruction_terms(example, image))
    expected = np.abs(image - example["target"]).mean()
    assert found["content"] == pytest.approx(expected, rel=1e-5)
    assert "feature" not in found
    assert any("--perceptual-weights" in note for note in trainer.notes)


def test_it_first_learns_without_the_discriminator():
    settings = {"steps": 10, "pretrain_steps": 4, "game_content_weight": 0.25}
    trainer, feed = build(settings)
    assert [stage.until for stage in trainer.stages(trainer.config)] == [4, None]
    assert set(trainer.players) == {"generator"}
    example = trainer.example(batch(feed), "generator")
    terms = weights(trainer.translator_terms(example, example["input"]))
    assert terms == {"content": 1.0, "tv": 1e-4}
    trainer.enter(1, feed.spec)
    assert set(trainer.players) == {"generator", "discriminator"}
    terms = weights(trainer.translator_terms(example, example["input"]))
    assert terms == {"adversarial": 0.01, "content": 0.25, "tv": 1e-4}


def test_strokes_of_the_data_are_those_drawn_into_its_input():
    trainer, feed = build()
    examples = batch(feed)
    strokes = trainer.inputs(trainer.example(examples, "examples"), "test")["strokes"].numpy()
    mask = examples["strokes"][..., 0] > 0
    assert mask.any()
    np.testing.assert_array_equal(strokes[..., 3] > 0, mask)
    drawn = np.rint((strokes[..., :3] + 1) * 127.5)
    np.testing.assert_array_equal(drawn[mask], examples["input"][mask])


def test_without_strokes_in_the_data_they_are_drawn_from_the_target():
    trainer, feed = build({"dataset": "glyph_edge2colour"})
    example = trainer.example(batch(feed), "generator")
    first, second = (trainer.inputs(example, name)["strokes"].numpy() for name in "ab")
    assert (first != second).any()
    assert (first[..., 3] > 0).any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"direction": "b2a"}, "turns sketches into images"),
        ({"game_content_weight": 1.0}, "give both"),
        ({"pretrain_steps": 5, "content_weight": 0.0}, "needs --content-weight"),
    ],
)
def test_settings_that_make_no_sense(settings, message):
    with pytest.raises(UserError, match=message):
        config(**settings)


def test_gray_images_are_refused():
    field = image_field((16, 16, 1))
    with pytest.raises(UserError, match="into RGB, not 1 channels into 1"):
        build(spec={"input": field, "target": field})


def test_a_network_that_paints_strokes_obeys_and_one_that_knows_the_truth_does_not():
    rng = np.random.default_rng(0)
    truth = rng.uniform(-1, 1, (4, 6, 6, 3)).astype(np.float32)
    mask = rng.random((4, 6, 6, 1)) < 0.3
    mask[0] = False
    strokes = np.concatenate([truth * mask, 2.0 * mask - 1], -1).astype(np.float32)
    found = []
    for paint in (lambda s: s[..., :3], lambda s: truth, lambda s: -truth):
        measures = StrokeMeasures()
        measures.add(paint, {"strokes": strokes})
        found.append(measures.means())
    assert [each["strokes_obeyed"] for each in found[:2]] == [1, 0]
    assert [each["stroke_error"] for each in found[:2]] == [0, 0]
    inside = [
        np.abs(t[m[..., 0]]).mean() * 100 for t, m in zip(truth, mask, strict=True) if m.any()
    ]
    assert found[2]["stroke_error"] == pytest.approx(np.mean(inside), abs=0.5)
    empty = StrokeMeasures()
    empty.add(lambda s: s[..., :3], {"strokes": strokes[:1]})
    assert empty.means() == {}


def test_the_stage_changes_settings_only():
    made = config(steps=10, pretrain_steps=4)
    assert made.of_stage(1) == made
    assert made.of_stage(0) == dataclasses.replace(made, adversarial_weight=0.0)
