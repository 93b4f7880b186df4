"""Measures of clones: against numpy, seen and unseen domains apart."""

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.drawn.style_domains import StyleDomains
from tests.trainers.few_shot.metal_domains.small import TINY, eagerly, made
from tests.trainers.small import build, save_classifier
from tfgan_kit import meta
from tfgan_kit.errors import UserError
from trainers.classification.classifier.trainer import load_classifier, predict


@pytest.fixture(scope="module")
def judges(tmp_path_factory):
    folder, shape = tmp_path_factory.mktemp("judges"), (16, 16, 3)
    return {
        "evaluation_classifier": save_classifier(folder / "domains.keras", shape, 6),
        "content_classifier": save_classifier(folder / "digits.keras", shape, 10),
    }


@pytest.fixture(scope="module")
def measured(judges):
    trainer, feed = made(evaluate_at=(0, 1), inner_steps=1, **judges)
    with eagerly():
        yield trainer, feed, trainer.evaluate(feed, 16)


def test_unmoved_networks_are_measured_as_by_numpy(measured, judges):
    trainer, feed, found = measured
    measures = trainer._measures(feed)
    source, values = StyleDomains("test", 16), {}
    domains, digits = (load_classifier(path, (16, 16, 3), ()) for path in judges.values())
    for number in range(4):
        rows = measures.inputs(number, 4)
        assert len(rows) == 4
        labels = source.labels()[rows]
        assert number not in labels
        assert labels.max() < 4
        images = np.stack([source.example(row)[0] for row in rows])
        made = trainer.generator({"input": np.float32(images) / 127.5 - 1})["image"].numpy()
        truth = np.stack([source.redrawn(row, number) for row in rows]).astype(float)
        bytes_ = np.clip(np.rint((made + 1) * 127.5), 0, 255)
        told = {
            "l1": np.abs(bytes_ - truth).mean() / 255 * 100,
            "style_reached": (predict(domains, made)["logits"].argmax(1) == number).mean(),
            "content_kept": (
                predict(digits, made)["logits"].argmax(1) == source.contents()[rows]
            ).mean(),
        }
        for name, value in told.items():
            values.setdefault(name, []).append(value)
    for name, each in values.items():
        for place in (found, found["reference"]["unmoved"]):
            np.testing.assert_allclose(place[f"{name}_seen_at_0"], np.mean(each), rtol=1e-4)
    assert found["reference"]["true translation"]["l1_at_1"] == 0
    assert found["samples"] == 2 * 8 + 4 * 4


def test_unseen_domains_are_fine_tuned_first_and_told_apart(measured):
    _, _, found = measured
    assert found["l1_at_0"] != found["reference"]["unmoved"]["l1_at_0"]
    assert found["l1_at_0"] != found["l1_at_1"]
    assert [*found["classes"]] == ["rotated", "street", "plain", "edge", "negative", "colour"]
    for ending, names in (("", ("rotated", "street")), ("_seen", ("plain", "edge"))):
        assert {f"l1{ending}_at_1", f"style_reached{ending}_at_0"} < {*found}
        assert all({"l1_at_1", "content_kept_at_0"} < {*found["classes"][n]} for n in names)
    means = [found["classes"][name]["l1_at_1"] for name in ("rotated", "street")]
    np.testing.assert_allclose(found["l1_at_1"], np.mean(means))


def test_clones_are_those_of_the_inner_loop(measured):
    trainer, feed, _ = measured
    measures, inner = trainer._measures(feed), trainer.adapted
    (_, first), (steps, last) = measures.clones(5, measures.start(), (1, 2))
    own, others = (np.float32(x) / 127.5 - 1 for x in (feed.of_class(5), feed.others(6)))
    step = inner.step(tf.constant(own), tf.constant(others))
    expected = meta.repeat(step, inner.start(inner.weights), 2)["generator"].weights
    assert steps == 2
    for mine, theirs in zip(last, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert any((a.numpy() != b.numpy()).any() for a, b in zip(first, last, strict=True))


def test_a_picture_has_a_row_for_each_image_and_a_column_for_each_domain(measured, tmp_path):
    trainer, feed, _ = measured
    trainer.draw(0, feed, tmp_path / "a.png")
    assert cv2.imread(str(tmp_path / "a.png")).shape == (6 * 18 + 2, 8 * 18 + 2, 3)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"loss_weights": (1.0, 2.0)}, "--loss-weights: give four numbers"),
        ({"low_accuracy": 0.9, "high_accuracy": 0.1}, "no network would learn"),
        ({"discriminator_layers": 3}, "--discriminator-layers 3 needs images of 24 pixels"),
        ({"dataset": "ring"}, "ring"),
        ({"held_out_classes": ("plane",)}, "no class 'plane'; did you mean 'plain'"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(settings, told):
    with pytest.raises(UserError, match=told) as error:
        build("metal_domains", **TINY | settings)
    assert "\n" not in str(error.value)
