"""Attention transfer: its losses, what it pairs, and what it refuses."""

import keras
import numpy as np
import pytest

from tests.saved_runs import write_run
from tests.trainers.small import batches, build, save_classifier, without_dropout
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network

SMALL = {"image_size": 16, "batch_size": 4, "pooling": "mean"}


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """The file of an untrained classifier of the same digits."""
    path = tmp_path_factory.mktemp("teacher") / "teacher.keras"
    return save_classifier(path, (16, 16, 1), "0123456789", pooling="mean")


def opened(teacher, **settings):
    settings = {"width": 0.1, "attention_weight": 8.0} | SMALL | settings
    return build("attention_transfer", teacher=str(teacher), **settings)


def attention_of(network, images, name, training):
    maps = keras.Model(network.input, network.get_layer(name).output)(images, training=training)
    flat = (np.asarray(maps) ** 2).sum(-1).reshape(len(images), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


@pytest.mark.parametrize("distance", ["squares", "length"])
def test_the_loss_is_that_of_the_formula(teacher, distance):
    trainer, feed = opened(teacher, distance=distance)
    without_dropout(trainer)
    ((batch,),) = batches(trainer, feed)
    images = to_network(trainer.spec["image"], batch["image"])
    student, frozen = trainer.classifier, trainer.networks["teacher"]
    expected, before = {}, frozen.get_weights()
    for name in ("relu_1", "relu_2", "relu_3", "relu_4"):
        own = attention_of(student, images, name, True)
        squares = (own - attention_of(frozen, images, name, False)) ** 2
        lengths = np.sqrt(squares.sum(1))
        expected[name] = squares.mean() if distance == "squares" else lengths.mean()
    found = {name: float(value) for name, value in trainer.train_step(batch).items()}
    for name, value in expected.items():
        assert found[f"classifier/attention_{name}"] == pytest.approx(value, rel=1e-3)
    total = found["classifier/cross_entropy"] + 8 / 2 * sum(expected.values())
    assert found["classifier/loss"] == pytest.approx(total, rel=1e-3)
    for old, new in zip(before, frozen.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_student_like_its_teacher_looks_where_it_does(teacher):
    trainer, feed = opened(teacher)
    ((batch,),) = batches(trainer, feed)
    trainer._student = trainer._teacher
    found = trainer.terms(to_network(trainer.spec["image"], batch["image"]), batch["label"])
    assert len(found) == 5
    assert max(float(term.value) for term in found[1:]) < 1e-10


def test_teacher_and_student_stand_in_one_table(teacher):
    trainer, feed = opened(teacher, classes=("0", "1"), width=0.05)
    found = trainer.evaluate(feed, 1)
    costs = {"parameters", "operations", "kilobytes", "ms_per_image"}
    assert set(found) == {"accuracy", "examples", "reference", *costs}
    # It tells ten digits apart, these are two.
    assert set(found["reference"]["teacher"]) == costs
    assert found["parameters"] < found["reference"]["teacher"]["parameters"]
    assert trainer.notes


def test_the_teacher_is_measured_on_the_same_images(teacher):
    trainer, feed = opened(teacher)
    trainer._costs = {}, {}
    frozen = trainer.networks["teacher"]
    frozen.layers[-2].bias.assign([0] * 3 + [1e6] + [0] * 6)  # It says 3 each time.
    found, (reader,) = trainer.evaluate(feed, 1), feed.held_out()
    labels = reader.read(np.arange(len(reader)))["label"]
    assert found["reference"]["teacher"]["accuracy"] == pytest.approx((labels == 3).mean())


def test_layers_are_paired_by_name_or_as_asked(teacher):
    assert [own for own, _ in opened(teacher)[0]._pairs] == [f"relu_{i}" for i in range(1, 5)]
    trainer, feed = opened(teacher, layers=("pool_1=relu_4", "relu_2"))
    assert trainer._pairs == [("pool_1", "relu_4"), ("relu_2", "relu_2")]
    ((batch,),) = batches(trainer, feed)
    assert np.isfinite(float(trainer.train_step(batch)["classifier/attention_pool_1"]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"layers": ("relu_9",)}, "no such layer; did you mean 'relu_"),
        ({"layers": ("relu_1=logits",)}, "has no height and width there"),
        ({"layers": ("relu_1=relu_2", "relu_1")}, "twice"),
        ({"pooling": "none"}, "pair them with --layers STUDENT=TEACHER"),
        ({"image_size": 32}, "--image-size 16"),
        ({"channels": 3}, "--channels 1"),
        ({"teacher": ""}, "the teacher is missing"),
        ({"teacher": "nowhere/run"}, "no such run or .keras file"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(teacher, settings, words):
    with pytest.raises(UserError, match=words) as error:
        opened(**({"teacher": teacher} | settings))
    assert "\n" not in str(error.value)


def test_runs_that_do_not_classify_are_refused(tmp_path):
    run = write_run(tmp_path / "gan", {"image": (1, 1)}, method="gan", latent="normal")
    with pytest.raises(UserError, match="is a run of gan, which classifies no single images"):
        opened(run)
