"""Small trainers, run eagerly: to trace a step would take longer than to do a few."""

import dataclasses

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from data.reading.open import open_source
from nets.classifiers import classifier
from tests.data.sources.test_idx import write_set
from tfgan_kit.settings.option import make
from trainers import registry
from trainers.classification.classifier.trainer import predict

SMALL = {"width": 0.05, "batch_size": 8}
SGD = {"optimizer": "sgd", "generator_lr": 0.1, "discriminator_lr": 0.1}
STILL = {"optimizer": "sgd", "generator_lr": 0.0, "discriminator_lr": 0.0}


def build(method, **settings):
    """A trainer and its data; of a joint method without what judges it."""
    found = registry.find(method)
    unjudged = {"classifier_steps": 0, "segmenter_steps": 0} if found.prepare else {}
    known = {field.name for field in dataclasses.fields(found.config_class())}
    small = {name: value for name, value in (SMALL | unjudged).items() if name in known}
    feed, config = open_feed(found.feed, make(found.config_class(), small, settings))
    trainer = found.trainer_class()(config, feed.spec, tf.distribute.get_strategy())
    return trainer, feed


def batches(trainer, feed, steps=1):
    """The batches of the first steps: a list of those of one step, for each of them."""
    stream = iter(feed.dataset(0, tf.distribute.InputContext()))
    return [[next(stream) for _ in range(trainer.batches_per_step)] for _ in range(steps)]


def step(trainer, feed):
    """Does one step; gives its metrics as numbers."""
    (first,) = batches(trainer, feed)
    return {name: float(value) for name, value in trainer.whole_step(first).items()}


def without_dropout(trainer):
    """Switches dropout off: then passes can be recomputed in any order."""
    for network in trainer.networks.values():
        for layer in network._flatten_layers():
            if hasattr(layer, "rate"):
                layer.rate = 0.0


def record(trainer):
    """The weights of all networks before each update to come, as it goes on."""
    states, update = [], trainer.update

    def recording(players, terms):
        states.append({name: net.get_weights() for name, net in trainer.networks.items()})
        return update(players, terms)

    trainer.update = recording
    return states


def write_mnist(root, train, test):
    """IDX files of so many drawn digits, named as MNIST's."""
    for prefix, split, count in (("train", "train", train), ("t10k", "test", test)):
        batch = open_source("glyphs", split=split, image_size=28).read(np.arange(count))
        images, labels = batch["image"][..., 0], batch["label"].astype(np.uint8)
        write_set(root / "mnist", prefix=prefix, images=images, labels=labels)
    return root


def save_classifier(path, shape=(32, 32, 1), classes=10, **keywords):
    """An untrained classifier."""
    classifier(shape, classes, width=0.1, **keywords).save(path)
    return str(path)


def fit_classifier(path, dataset, examples=2000):
    """A classifier whose last layer is fitted by least squares, in a moment."""
    batch = open_source(dataset, image_size=32, channels=1).read(np.arange(examples))
    network = classifier((32, 32, 1), 10, width=0.5)
    features = predict(network, batch["image"])["features"].astype(np.float64)
    inputs = np.concatenate([features, np.ones((examples, 1))], axis=1)
    square = inputs.T @ inputs + 1e-3 * np.eye(inputs.shape[1])
    found = np.linalg.solve(square, inputs.T @ np.eye(10)[batch["label"]])
    network.get_layer("logits").set_weights([20 * found[:-1], 20 * found[-1]])
    network.save(path)
    return str(path)
