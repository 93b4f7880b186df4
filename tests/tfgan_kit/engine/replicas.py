"""Trains on one and on two logical CPUs, see `tests.on_two_devices`."""

import functools
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.on_two_devices import serve
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.small import save_classifier
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers import registry

# Rows that a replica draws; 3, 9 and 27 values do not end with a count of the generator.
ROWS = (1, 2, 3, 8)
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
        "balance_weight": 10.0,
        "content_weight": 10.0,
        "style_weight": 10.0,
        "perceptual_network": "vgg16",
        "content_layers": ("block2_conv1",),
        "style_layers": ("block1_conv1",),
    },
}


# These run operation by operation, which takes less time than their graph for two replicas.
EAGER = ("adapting", "scogan", "semantic and perceptual", "spectral norm", "drawn around")


@functools.cache
def files(folder):
    """An untrained classifier, and the first blocks of a VGG16 with random weights."""
    return {
        "classifier": save_classifier(folder / "classifier.keras"),
        "perceptual_weights": str(write_npz(folder / "vgg.npz", "vgg16", draw("vgg16", blocks=2))),
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


def compute(strategy, name):
    """What the tests ask for by name: what a case gives, or one of what needs no training."""
    replicas = strategy.num_replicas_in_sync
    tf.config.run_functions_eagerly(name in EAGER)
    if name == "noise":
        return {"noise": noise(strategy)}
    if name == "draws":
        every = {rows: draws(strategy, 2 * rows // replicas) for rows in ROWS}
        return {f"{rows} {kind}": v for rows, found in every.items() for kind, v in found.items()}
    if name == "odd batch":
        return {"said": np.array(refusal(strategy) if replicas > 1 else "")}
    given = files(Path(sys.argv[1])) if name == "semantic and perceptual" else {}
    trainer, window, weights = train(strategy, CASES[name] | given)
    local = strategy.experimental_local_results
    parts = [local(v.value) for v in trainer.generator.non_trainable_variables]
    sums = np.array([[part.numpy().sum() for part in each] for each in parts])
    return {"weights": weights, "values": window.values, "sums": sums}


def refusal(strategy):
    """What is said of a batch that cannot be split."""
    try:
        train(strategy, {"batch_size": 7})
    except UserError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    serve(compute)
