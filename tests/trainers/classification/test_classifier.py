"""The classifier learns what it is shown, and refuses what it cannot use."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from data.sources.celeba_attributes import ATTRIBUTES
from nets.classifiers import classifier
from nets.cogan import generator
from tests.damaged import DAMAGES
from tests.trainers.small import batches, build, save_classifier, step
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field
from trainers.classification.classifier.trainer import (
    accuracy,
    cross_entropy,
    kinds,
    load_classifier,
    predict,
)


def learn(**settings):
    settings = {"width": 0.25, "batch_size": 64, "steps": 60, "learning_rate": 3e-3} | settings
    trainer, feed = build("classifier", **settings)
    loop = Loop(trainer, lambda context: feed.dataset(0, context))
    values = loop.run(settings["steps"]).values
    assert loop.names == ["classifier/cross_entropy", "classifier/loss"]
    return trainer, feed, values[:, 0]


def test_digits_are_learned():
    trainer, feed, losses = learn()
    assert losses[0] == pytest.approx(np.log(10), rel=0.3)
    found = trainer.evaluate(feed, 1)
    assert found["examples"] == 10_000
    assert found["accuracy"] > 0.8  # 0.93 to 0.95 with other seeds; by chance 0.1
    assert found["reference"] == {"chance": {"accuracy": pytest.approx(0.1, abs=0.01)}}


def test_a_mix_of_domains_is_learned_as_one():
    trainer, feed = build("classifier", dataset="glyphs+glyphs-edge")
    (batch,) = next(iter(batches(trainer, feed)))
    assert batch["image"].shape == (8, 32, 32, 1)
    assert len(*feed.held_out()) == 20_000
    assert set(step(trainer, feed)) == {"classifier/cross_entropy", "classifier/loss"}


@pytest.fixture
def faces(tmp_path):
    """24 faces of which some are bright, and the bright ones smile; all are young."""
    folder = tmp_path / "celeba"
    (folder / "img_align_celeba").mkdir(parents=True)
    lines = ["24", " ".join(ATTRIBUTES)]
    for i in range(24):
        smiles = i % 2
        image = np.full((22, 18, 3), 40 + 170 * smiles, np.uint8)
        Image.fromarray(image).save(folder / "img_align_celeba" / f"{i:06d}.jpg")
        values = [{"Smiling": 2 * smiles - 1, "Young": 1}.get(name, -1) for name in ATTRIBUTES]
        lines.append(f"{i:06d}.jpg " + " ".join(map(str, values)))
    (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    return str(tmp_path)


def test_several_attributes_at_once_are_learned(faces):
    settings = {"dataset": "celeba-attributes", "data_dir": faces, "image_size": 32}
    trainer, feed, losses = learn(batch_size=8, steps=40, **settings)
    assert trainer.classifier.output["probabilities"].shape == (None, 13)
    assert kinds(trainer.classifier) == (ATTRIBUTES, True)
    assert losses[0] == pytest.approx(np.log(2), rel=0.3)
    batch = feed.reader.read(np.arange(24))
    chances = predict(trainer.classifier, batch["image"])["probabilities"]
    for name in ("Smiling", "Young"):
        column = ATTRIBUTES.index(name)
        np.testing.assert_array_equal(chances[:, column] > 0.5, batch["label"][:, column])


def test_cross_entropy_is_that_of_the_formula():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(5, 3)).astype(np.float32)
    classes = rng.integers(0, 3, 5)
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = -np.log(chances[np.arange(5), classes]).mean()
    assert float(cross_entropy(classes, logits)) == pytest.approx(expected, rel=1e-5)
    attributes = rng.integers(0, 2, (5, 3))
    chances = 1 / (1 + np.exp(-logits))
    right = np.where(attributes == 1, chances, 1 - chances)
    value = cross_entropy(tf.constant(attributes), logits, multi_label=True)
    assert float(value) == pytest.approx(-np.log(right).mean(), rel=1e-5)


class Examples:
    """What `accuracy` needs of a reader."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.fields = {"image": image_field(images.shape[1:])}

    def __len__(self):
        return len(self.images)

    def read(self, indices):
        return {"image": self.images[indices], "label": self.labels[indices]}


def test_accuracy_is_over_all_examples_and_attributes():
    """Image k is filled with k; more than one batch of them, the last one short."""
    values = (np.arange(300) % 200).astype(np.uint8)
    images = np.broadcast_to(values[:, None, None, None], (300, 16, 16, 1))

    def logits(images):
        number = tf.round((images[:, 0, 0, 0] + 1) * 127.5)
        return tf.stack([100 - number, 0 * number + 0.5, number - 100], axis=1)

    classes = np.where(values < 100, 0, np.where(values > 100, 2, 1))
    assert accuracy(logits, Examples(images, classes)) == 1.0
    classes[:30] = 2
    assert accuracy(logits, Examples(images, classes)) == 0.9

    several = np.stack([values < 100, values >= 0, values > 100], axis=1).astype(np.int64)
    several[:30, 1] = 0
    assert accuracy(logits, Examples(images, several)) == pytest.approx(1 - 30 / 900)


def test_predictions_are_those_of_the_network(tmp_path):
    network = load_classifier(save_classifier(tmp_path / "c.keras"), (32, 32, 1), ())
    images = np.random.default_rng(0).integers(0, 256, (260, 32, 32, 1), dtype=np.uint8)
    found = predict(network, images)
    expected = network(images[250:] / 127.5 - 1, training=False)
    assert found["features"].shape[0] == 260
    for name, values in found.items():
        np.testing.assert_allclose(values[250:], expected[name], atol=1e-5)
    floats = predict(network, (images / 127.5 - 1).astype(np.float32))
    np.testing.assert_allclose(floats["logits"], found["logits"], atol=1e-5)
    assert not network.trainable_variables


def other_model(path):
    generator([(32, 32, 1)], 4, width=0.05).save(path)
    return path


def a_sequence(path):
    keras.Sequential([keras.Input((32, 32, 1)), keras.layers.Flatten()]).save(path)
    return path


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (other_model, "not a classifier of this kit; train one with `main.py train classifier`"),
        (a_sequence, "not a classifier of this kit"),
        (
            lambda path: save_classifier(path, shape=(64, 64, 3)),
            "takes images of 64x64x3, the data's are 32x32x1; .* --image-size 64 --channels 3,",
        ),
        (lambda path: save_classifier(path, classes=9), "tells 9 classes apart, the data has 10"),
    ],
    ids=["generator", "sequence", "shape", "classes"],
)
def test_a_file_that_does_not_fit_is_one_line(write, message, tmp_path):
    path = tmp_path / "c.keras"
    write(path)
    with pytest.raises(UserError, match=f"--classifier .*c.keras.*{message}") as caught:
        load_classifier(path, (32, 32, 1), tuple("0123456789"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_one_line(damage, tmp_path):
    path = tmp_path / "c.keras"
    save_classifier(path)
    damage(path)
    with pytest.raises(UserError, match=r"^--classifier .*c\.keras: cannot be loaded") as caught:
        load_classifier(path, (32, 32, 1), ())
    assert "\n" not in str(caught.value)


def test_a_classifier_of_attributes_is_refused_where_classes_are_wanted(tmp_path):
    path = tmp_path / "c.keras"
    classifier((32, 32, 1), ("hat", "beard"), width=0.1, multi_label=True).save(path)
    for classes in ((), tuple("0123456789")):
        with pytest.raises(UserError, match=r"--classifier .*c\.keras tells attributes, several"):
            load_classifier(path, (32, 32, 1), classes, multi_label=False)
    assert kinds(load_classifier(path, (32, 32, 1), ()))[1]


def test_a_classifier_of_other_classes_is_refused(tmp_path):
    """As many, but not the same; a classifier that does not name its own is taken."""
    path, digits = tmp_path / "c.keras", tuple("0123456789")
    classifier((32, 32, 1), digits, width=0.1).save(path)
    for classes in (digits, ()):
        assert kinds(load_classifier(path, (32, 32, 1), classes)) == (digits, False)
    with pytest.raises(UserError, match=r"c\.keras tells other classes .* '1' in place of 'one';"):
        load_classifier(path, (32, 32, 1), ("0", "one", *digits[2:]))
    unnamed = load_classifier(save_classifier(path), (32, 32, 1), digits)
    assert kinds(unnamed) == ((), False)


def test_a_trained_classifier_names_its_classes():
    trainer, _ = build("classifier", width=0.1)
    assert kinds(trainer.classifier) == (tuple("0123456789"), False)


def test_labels_are_needed_and_must_agree(tmp_path):
    np.savez(tmp_path / "bare.npz", images=np.zeros((9, 32, 32), np.uint8))
    labels = np.arange(9) % 2
    np.savez(tmp_path / "two.npz", images=np.zeros((9, 32, 32), np.uint8), labels=labels)
    with pytest.raises(UserError, match=r"bare\.npz has no labels, which a classifier needs"):
        build("classifier", dataset=str(tmp_path / "bare.npz"))
    with pytest.raises(UserError, match="same classes"):
        build("classifier", dataset=f"glyphs+{tmp_path}/two.npz")
    with pytest.raises(UserError, match="a classifier needs images"):
        build("classifier", dataset="ring")
