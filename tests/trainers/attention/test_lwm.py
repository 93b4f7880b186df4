"""Learning without memorizing: its losses and their gradients, its measures, what it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.saved_runs import untrained_classifier, untrained_styles, write_networks
from tests.trainers.small import batches, build, save_classifier, without_dropout
from tfgan_kit.attention.methods import grad_cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.saved_models import load_keras
from trainers.attention.lwm.old_data import prepare
from trainers.attention.lwm.trainer import distillation
from trainers.classification.classifier.trainer import kinds

SMALL = {"image_size": 16, "batch_size": 4, "classes": ("5-9",)}


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A run of an untrained classifier of 0 to 4."""
    own = untrained_classifier(width=0.1, image_size=16, classes=("0-4",))
    return write_networks(tmp_path_factory.mktemp("teacher") / "run", *own)


def opened(teacher, **settings):
    return build("lwm", teacher=str(teacher), **(SMALL | settings))


def first(trainer, feed):
    ((batch,),) = batches(trainer, feed)
    return to_network(trainer.spec["image"], batch["image"]), batch["label"]


def values(terms):
    return {term.name: float(term.value) for term in terms}


def softened(logits, temperature):
    powers = np.exp(np.asarray(logits, np.float64) / temperature)
    return powers / powers.sum(1, keepdims=True)


def test_the_student_begins_as_the_teacher(teacher):
    trainer, feed = opened(teacher)
    images, _ = first(trainer, feed)
    own, theirs = trainer.classifier(images), trainer.networks["teacher"](images)
    np.testing.assert_allclose(own["logits"][:, :5], theirs["logits"], atol=1e-6)
    np.testing.assert_allclose(own["features"], theirs["features"], atol=1e-6)
    assert kinds(trainer.classifier) == (tuple("0123456789"), False)
    assert trainer.uses()[0].outputs["logits"].names == tuple("0123456789")
    # All of its weights can be trained, and none of the teacher's.
    frozen = trainer.networks["teacher"]
    assert len(trainer.classifier.trainable_variables) == len(frozen.weights) - 2  # Counters.
    assert not frozen.trainable_variables


def test_both_look_alike_before_the_first_step(teacher):
    trainer, feed = opened(teacher)
    found = values(trainer.terms(*first(trainer, feed)))
    assert found["attention"] == pytest.approx(0, abs=1e-4)
    assert set(found) == {"cross_entropy", "distillation", "attention"}


def test_the_losses_are_those_of_the_formulas(teacher):
    trainer, feed = opened(teacher, temperature=3.0)
    without_dropout(trainer)
    images, labels = first(trainer, feed)
    rng = np.random.default_rng(0)
    for variable in trainer.classifier.trainable_variables:
        variable.assign(rng.normal(0, 0.2, variable.shape))
    logits = trainer.classifier(images)["logits"].numpy()
    said = trainer.networks["teacher"](images)["logits"].numpy()
    chances = softened(logits, 1)[np.arange(4), np.asarray(labels) + 5]
    kept = softened(said, 3) * np.log(softened(logits[:, :5], 3))
    top = logits[:, :5].argmax(1)
    maps = []
    for network in (trainer.classifier, trainer.networks["teacher"]):
        found = grad_cam(Opened(network, "it", output="logits"), images, top)[1].numpy()
        flat = found.reshape(4, -1)
        maps.append(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6))
    expected = {
        "cross_entropy": -np.log(chances).mean(),
        "distillation": -kept.sum(1).mean(),
        "attention": np.abs(maps[0] - maps[1]).sum(1).mean(),
    }
    assert expected["attention"] > 0.1
    assert values(trainer.terms(images, labels)) == pytest.approx(expected, rel=1e-3)


def test_distillation_pulls_by_the_difference_of_the_chances():
    rng = np.random.default_rng(0)
    teacher, student = (tf.constant(rng.normal(size=(3, 4)), tf.float32) for _ in range(2))
    with tf.GradientTape() as tape:
        tape.watch(student)
        value = distillation(teacher, student, 2.0)
    expected = (softened(student, 2) - softened(teacher, 2)) / 2 / 3
    np.testing.assert_allclose(tape.gradient(value, student), expected, atol=1e-6)


def test_the_attention_term_reaches_the_weights_through_the_gradients(teacher):
    """By finite differences: the weights of the logits are in the map only as factors a_k."""
    trainer, feed = opened(teacher)
    images, _ = first(trainer, feed)
    rng = np.random.default_rng(1)
    for variable in trainer.classifier.trainable_variables:
        variable.assign(rng.normal(0, 0.3, variable.shape))
    kernel = trainer.classifier.get_layer("logits").kernel
    step = tf.function(lambda: trainer._attention(images), autograph=False)
    with tf.GradientTape() as tape:
        value = trainer._attention(images)
    gradient = tf.convert_to_tensor(tape.gradient(value, kernel.value)).numpy()
    start, direction = kernel.numpy(), rng.normal(size=kernel.shape).astype(np.float32)
    sides = []
    for sign in (1, -1):
        kernel.assign(start + sign * 1e-3 * direction)
        sides.append(float(step()))
    assert (gradient * direction).sum() == pytest.approx((sides[0] - sides[1]) / 2e-3, rel=0.05)
    assert np.abs(gradient).max() > 1e-4


def test_terms_without_weight_are_not_computed(teacher):
    trainer, feed = opened(teacher, distillation_weight=0.0, attention_weight=0.0)
    assert set(values(trainer.terms(*first(trainer, feed)))) == {"cross_entropy"}


def measured(teacher, **settings):
    """A trainer, and what it measures with what its run is prepared with."""
    trainer, feed = opened(teacher, **settings)
    trainer.costs = {}, {}
    config, missing = prepare(trainer.config, feed, open_feed, None)
    assert (config, missing) == (trainer.config, [])
    return trainer, feed


def says(network, number):
    """Has a classifier give one answer each time."""
    network.get_layer("logits").bias.assign(1e6 * np.eye(len(kinds(network)[0]))[number])


def test_old_and_new_classes_are_measured_among_all(teacher):
    trainer, feed = measured(teacher)
    says(trainer.classifier, 7)
    says(trainer.networks["teacher"], 1)
    found = trainer.evaluate(feed, 1)
    (new,), (old,) = feed.held_out(), [each.reader for each in feed.further["old"]]
    assert (old.source.name, old.classes) == ("glyphs", tuple("01234"))
    labels = [reader.read(np.arange(len(reader)))["label"] for reader in (old, new)]
    sevens, ones = (labels[1] == 2).sum(), (labels[0] == 1).sum()
    assert found["examples"] == len(old) + len(new) == 10_000
    assert found["accuracy_old"] == 0
    assert found["accuracy_new"] == pytest.approx(sevens / len(new))
    assert found["accuracy"] == pytest.approx(sevens / 10_000)
    assert found["reference"]["teacher"] == {"accuracy_old": pytest.approx(ones / len(old))}
    assert found["reference"]["chance"]["accuracy"] == pytest.approx(0.1, abs=0.01)
    assert not trainer.left_out


def test_a_teacher_that_is_a_student_names_all_old_data(teacher, tmp_path):
    trainer, _ = opened(teacher, classes=("5", "6"))
    settings = {"dataset": "glyphs", "classes": ["5-6"], "teacher": str(teacher)}
    own = trainer.networks, trainer.uses(), settings | {"image_size": 16}
    run = write_networks(tmp_path / "run", "lwm", *own)
    later, feed = measured(run, classes=("9",))
    assert later.names == tuple("01234569")
    assert [each.reader.classes for each in feed.further["old"]] == [("5", "6"), tuple("01234")]


def test_classes_that_came_to_the_old_data_later_are_no_old_ones(teacher, tmp_path):
    name, networks, uses, settings = untrained_classifier(
        width=0.1, image_size=16, classes=("0-4",)
    )
    grown = write_networks(tmp_path / "run", name, networks, uses, settings | {"classes": []})
    _, feed = measured(grown, classes=("9",))
    assert [each.reader.classes for each in feed.further["old"]] == [tuple("01234")]


def test_a_teachers_teacher_may_be_gone(teacher, tmp_path):
    trainer, _ = opened(teacher, classes=("5", "6"))
    settings = {"dataset": "glyphs", "classes": ["5-6"], "image_size": 16}
    for before, words in (("nowhere", "is not there any more"), ("empty", "not a run directory")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        told = settings | {"teacher": str(tmp_path / before)}
        run = write_networks(
            tmp_path / f"of_{before}", "lwm", trainer.networks, trainer.uses(), told
        )
        _, feed = measured(run, classes=("9",))
        assert words in " ".join(feed.notes)


def test_a_teacher_that_is_no_classifier_is_refused_in_one_line(command, tmp_path):
    other = write_networks(tmp_path / "run", *untrained_styles())
    given = ("--teacher", other, "--classes", "5-9", "--image-size", 16, "--dataset", "glyphs")
    status, _, err = command("train", "lwm", *given, "--run-dir", tmp_path / "out")
    assert (status, err.count("\n")) == (2, 1)
    assert "is a run of stylegan, which classifies no single images" in err
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_measured_is_said(teacher, tmp_path):
    file = teacher / "models" / "classifier.keras"
    trainer, feed = measured(file)
    assert "name its run" in feed.notes[-1]
    found = trainer.evaluate(feed, 1)
    assert {"accuracy", "accuracy_old"}.isdisjoint(found)
    assert found["accuracy_new"] >= 0
    assert "no held-out images of 0, 1, 2, 3, 4" in trainer.left_out[0]


def test_networks_with_mean_pooling_grow_as_well(tmp_path):
    file = save_classifier(tmp_path / "c.keras", (16, 16, 1), "01", pooling="mean")
    trainer, feed = opened(file)
    assert trainer._layer == "relu_4"
    images, labels = first(trainer, feed)
    assert values(trainer.terms(images, labels))["attention"] == pytest.approx(0, abs=1e-4)
    before = load_keras(file)(images)["logits"]
    np.testing.assert_allclose(trainer.networks["teacher"](images)["logits"], before, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"classes": ("3-7",)}, "already knows 3, 4;"),
        ({"classes": ()}, "already knows 0, 1, 2, 3, 4;"),
        ({"layer": "conv_9"}, "is none of its layers"),
        ({"layer": "logits"}, "has no height and width"),
        ({"image_size": 32}, "--image-size 16"),
        ({"dataset": "glyph_marks", "classes": (), "image_size": 16, "channels": 1}, "attributes"),
        ({"teacher": ""}, "the teacher is missing"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(teacher, settings, words):
    with pytest.raises(UserError, match=words) as error:
        opened(**({"teacher": teacher} | settings))
    assert "\n" not in str(error.value)


def test_a_teacher_of_another_precision_is_refused(teacher):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        with pytest.raises(UserError, match=r"computes in float32.*the teacher's own --precision"):
            opened(teacher, precision="mixed_bfloat16")
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_teacher_of_attributes_or_unnamed_classes_is_refused(tmp_path):
    attributes = save_classifier(tmp_path / "a.keras", (16, 16, 1), ("x", "y"), multi_label=True)
    with pytest.raises(UserError, match="tells attributes"):
        opened(attributes)
    unnamed = save_classifier(tmp_path / "u.keras", (16, 16, 1), 3)
    with pytest.raises(UserError, match="does not say what its classes are"):
        opened(unnamed)
