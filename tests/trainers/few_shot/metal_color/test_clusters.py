"""Clusters of images by what a classifier sees in their lightness."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.few_shot.metal_color.test_trainer import TINY
from tests.trainers.small import save_classifier
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field, image_field
from tfgan_kit.settings.option import make
from trainers import registry
from trainers.few_shot.metal_color.clusters import clusters_of, fitted, purity, purity_of

SIDE = 16


class Patches:
    """Gray images in colour fields, bright in the quarter that their label names."""

    def __init__(self, labels):
        self.labels = np.asarray(labels)
        self.fields = {"image": image_field((SIDE, SIDE, 3)), "label": class_field("abcd")}

    def __len__(self):
        return len(self.labels)

    def read(self, indices):
        rng = np.random.default_rng(0)
        images = rng.integers(0, 60, (len(self), SIDE, SIDE, 1))
        for image, label in zip(images, self.labels, strict=True):
            rows, columns = (slice(8 * k, 8 * k + 8) for k in divmod(label, 2))
            image[rows, columns] += 150
        return {
            "image": np.repeat(images, 3, -1)[indices].astype(np.uint8),
            "label": self.labels[indices],
        }


@pytest.fixture(scope="module")
def classifier():
    """Its features are the mean brightness of each quarter."""
    image = keras.Input((SIDE, SIDE, 1), name="image")
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(image))
    return keras.Model(image, {"features": keras.layers.Rescaling(1.0, offset=1.0)(x)})


def test_clusters_are_what_features_tell_apart(classifier):
    reader = Patches(np.arange(80) % 4)
    network = fitted(classifier, reader, 4, seed=0, least=5)
    found = clusters_of(network, reader)
    assert purity(found, reader.labels) == purity_of(network, reader) == 1
    assert len(np.unique(found)) == 4
    assert not network.trainable_variables
    # Squared distances of unit features, less |x|^2 of their components.
    features = classifier(reader.read(range(80))["image"][..., :1] / 127.5 - 1)["features"].numpy()
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    images = reader.read(range(80))["image"][..., :1] / np.float32(127.5) - 1
    distances = network({"image": images})["distances"].numpy()
    centres = np.stack([unit[found == k].mean(0) for k in range(4)])
    expected = ((unit[:, None] - centres) ** 2).sum(-1)
    between = distances - distances[:, :1]
    np.testing.assert_allclose(between, expected - expected[:, :1], atol=2e-3)


def test_clusters_that_are_too_small_are_left_out(classifier):
    reader = Patches([0] * 40 + [1] * 40 + [2] * 3)
    network = fitted(classifier, reader, 3, seed=0, least=5)
    assert (np.bincount(clusters_of(network, reader)) >= 5).all()
    with pytest.raises(UserError, match="none has 100 images"):
        fitted(classifier, reader, 3, seed=0, least=100)


def test_purity():
    assert purity(np.array([0, 0, 0, 1]), np.array([2, 2, 1, 0])) == 3 / 4


def test_a_run_learns_from_clusters_and_tells_them(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path))
    path = save_classifier(tmp_path / "classifier.keras", (32, 32, 1))
    method = registry.find("metal_color")
    settings = TINY | {"dataset": "palette_tasks-visible", "held_out_classes": (), "clusters": 3}
    settings |= {"tasks": "clusters", "classifier": str(path), "examples": 90}
    feed, config = open_feed(method.feed, make(method.config_class(), settings))
    assert feed.spec["class"].names == ("all",)
    strategy = tf.distribute.get_strategy()
    ready, missing = method.prepared(config, feed, open_feed, strategy)
    assert not missing
    names = feed.spec["class"].names
    assert 1 <= len(names) <= 3
    assert names[0] == "cluster-0"
    trainer = method.build(ready, feed, strategy)
    network = trainer.networks["clusters"]
    found = clusters_of(network, feed.reader)
    batch = feed.episodes.read(np.arange(6))
    every = feed.reader.read(np.arange(len(feed.reader)))["image"]
    for images, (cluster,) in zip(batch["support"]["image"], batch["class"], strict=True):
        for image in images:
            (places,) = np.nonzero((every == image).all((1, 2, 3)))
            assert found[places[0]] == cluster
    again, _ = method.prepared(config, feed, open_feed, strategy)
    assert again.cluster_network == ready.cluster_network


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "--tasks clusters does not use"),
        ({"held_out_classes": (), "cluster_network": "CLASSIFIER"}, "does not cluster gray"),
        ({"held_out_classes": (), "classifier_steps": 0}, "with --classifier-steps 0 none is"),
    ],
)
def test_what_cannot_be_clustered_is_told(settings, told, tmp_path):
    method = registry.find("metal_color")
    given = TINY | {"tasks": "clusters"} | settings
    if "cluster_network" in given:
        given["cluster_network"] = save_classifier(tmp_path / "classifier.keras")

    def prepare():
        feed, config = open_feed(method.feed, make(method.config_class(), given))
        return method.prepared(config, feed, open_feed, tf.distribute.get_strategy())

    with pytest.raises(UserError, match=told):
        prepare()
