"""Trains on one and on two logical CPUs; run as a module, since devices are set up only once."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.small import save_classifier
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.machine.devices import make_strategy
from tfgan_kit.settings.option import make
from trainers import registry

PLAIN = {"dataset": "ring", "network": "mlp", "latent_size": 4}
CASES = {
    "plain": PLAIN,
    "clipped and decayed": {**PLAIN, "clip_norm": 0.1, "weight_decay": 0.01},
    "relativistic, penalised": {
        **PLAIN,
        "loss": "relativistic_average",
        "penalty": "r1",
        "optimizer": "sgd",
        "critic_steps": 2,
    },
    # What is drawn for each example: where the penalty looks, which labels are flipped.
    "drawn between": {
        **PLAIN,
        "penalty": "wgan_gp",
        "label_flipping": 0.3,
        "critic_steps": 2,
        "optimizer": "sgd",
    },
    "drawn around": {**PLAIN, "penalty": "dragan", "instance_noise": 0.1, "optimizer": "sgd"},
    "augmented": {
        "network": "dcgan",
        "width": 0.05,
        "generator_norm": "layer",
        "discriminator_norm": "layer",
        "diffaugment": ("color", "translation", "cutout"),
        "optimizer": "sgd",
    },
    "spectral norm": {**PLAIN, "spectral_norm": True, "clip_weights": 0.05},
    "loss scaling": {**PLAIN, "precision": "mixed_float16", "optimizer": "sgd"},
    "batch norm": {"network": "dcgan", "width": 0.05, "optimizer": "sgd"},
    # Shared layers, and dropout in the discriminators.
    "cogan": {"method": "cogan", "width": 0.05, "optimizer": "sgd"},
    # Beside the discriminators the head of the classifier, and the one without an adversary.
    "adapting": {"method": "cogan", "width": 0.05, "optimizer": "sgd", "adapt": True},
    "scogan": {
        "method": "scogan",
        "width": 0.05,
        "optimizer": "sgd",
        "feature_weight": 1.0,
        "cycle_weight": 1.0,
    },
    # What is divided by the size of features must be divided by that of the whole batch's.
    "semantic and perceptual": {
        "method": "scogan",
        "width": 0.05,
        "optimizer": "sgd",
        "semantic_weight": 10.0,
        "semantic_form": "divergence",
        "content_weight": 10.0,
        "style_weight": 10.0,
        "perceptual_network": "vgg16",
        "content_layers": ("block2_conv1",),
        "style_layers": ("block1_conv1",),
    },
}


def files(folder):
    """An untrained classifier, and the first blocks of a VGG16 with random weights."""
    return {
        "classifier": save_classifier(Path(folder) / "classifier.keras"),
        "perceptual_weights": str(
            write_npz(Path(folder) / "vgg.npz", "vgg16", draw("vgg16", blocks=2))
        ),
    }


def train(strategy, settings):
    """Five steps on batches of 8; gives all weights, and those of each replica's batch norms."""
    settings = dict(settings)
    method = registry.find(settings.pop("method", "gan"))
    small = {"width": 0.25, "batch_size": 8, "steps": 5}
    feed, config = open_feed(method.feed, make(method.config_class(), small, settings))
    trainer = method.trainer_class()(config, feed.spec, strategy)
    window = Loop(trainer, lambda context: feed.dataset(0, context)).run(5)
    weights = [v.numpy().ravel() for n in trainer.models().values() for v in n.weights]
    return trainer, window, np.concatenate(weights)


def noise(strategy):
    """What each replica draws as noise for one purpose."""
    from tfgan_kit.randomness import Random

    draw = tf.function(lambda: Random(0, tf.constant(3)).normal("x", [4, 2]))
    return np.stack([v.numpy() for v in strategy.experimental_local_results(strategy.run(draw))])


def draws(strategy, rows):
    """What the replicas draw together of so many rows each, of every kind."""
    from tfgan_kit import randomness

    seed, shape = tf.constant([2**40 + 3, 7 * 65536], tf.int64), [rows, 3, 1]

    def every():
        return {
            "normal": randomness.normal(seed, shape),
            "uniform": randomness.uniform(seed, shape, -1.0, 1.0),
            "times": tf.transpose(randomness.uniform(seed, shape, times=3), (1, 0, 2, 3)),
            "integers": randomness.integers(seed, shape, -3, 5),
        }

    found = strategy.run(tf.function(every))
    return {k: np.concatenate(strategy.experimental_local_results(v)) for k, v in found.items()}


def measure(one, two):
    """Trains every case on one replica and on two, and writes what came of it."""
    found = {"one noise": noise(one), "two noise": noise(two)}
    for rows in (1, 2, 3, 8):
        found |= {f"one {rows} {k}": v for k, v in draws(one, 2 * rows).items()}
        found |= {f"two {rows} {k}": v for k, v in draws(two, rows).items()}
    for name, settings in CASES.items():
        for count, strategy in (("one", one), ("two", two)):
            trainer, window, weights = train(strategy, settings)
            found[f"{count} {name}"] = weights
            found[f"{count} {name} values"] = window.values
        parts = [v.value.values for v in trainer.generator.non_trainable_variables]
        found[f"replicas {name}"] = np.array([[p.numpy().sum() for p in pair] for pair in parts])
    try:
        train(two, {"batch_size": 7})
    except UserError as error:
        found["odd batch"] = np.array(str(error))
    np.savez(sys.argv[1], **found)


if __name__ == "__main__":
    two, one = make_strategy("cpu:0,cpu:1"), tf.distribute.get_strategy()
    with tempfile.TemporaryDirectory() as folder:
        CASES["semantic and perceptual"] |= files(folder)
        measure(one, two)
    # All is written. A thread that still reads ahead may wait for Python while Python waits for it.
    sys.stdout.flush()
    os._exit(0)
