"""Small trainers of metal_domains, and clones of them in other words."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from tests.trainers.small import build

TINY = {
    "image_size": 16,
    "filters": 2,
    "blocks": 1,
    "discriminator_layers": 2,
    "held_out_classes": ("2",),
    "shots": 4,
    "others": 6,
    "inner_steps": 2,
    "inner_batch": 2,
    "inner_learning_rate": 0.01,
    "meta_rate": 0.5,
    "batch_size": 2,
    "evaluate_at": (0, 2),
    "fine_tune_rounds": 1,
}
PLAYERS = ("generator", "discriminator")


def made(**settings):
    """A trainer whose networks let signals through, and its feed."""
    trainer, feed = build("metal_domains", **TINY | settings)
    rng = np.random.default_rng(0)
    for network in trainer.networks.values():
        for v in network.trainable_variables:
            if len(v.shape) > 1:
                v.assign(rng.normal(0, (2 / np.prod(v.shape[:-1])) ** 0.5, v.shape))
    return trainer, feed


def copy_of(network):
    clone = keras.models.clone_model(network)
    clone.set_weights(network.get_weights())
    return clone


def images(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (*shape, 16, 16, 3)).astype(np.float32)


@contextlib.contextmanager
def eagerly():
    """Without graphs: to trace an inner step takes longer than to take a few."""
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)
