"""Trains a method on one and on two logical CPUs, see `tests.on_two_devices`."""

import dataclasses

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.every_method.smallest import settings
from tests.on_two_devices import serve
from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.stages import feed_of
from tfgan_kit.settings.option import make
from trainers import registry

STEPS = 2
# Normalisation adds up pixels in float32, in another order on every number of replicas, and divides
# by what may be small. In long chains of it the rounding grows to percents, as it does between two
# ways to compute the layer on one replica. Without it, these methods agree like all others.
STEADY = {
    # Adam divides by the root of a mean square, which for a factor of its first norm is rounding.
    "directions": {"reconstructor_lr": 1e-4},
    "esrgan": {"norm": "none"},
    "mmnet": {"norm": "none"},
    "pix2pixhd": {"norm": "none"},
    "scribbler": {"norm": "none"},
    # Its first norm divides by the deviation of a map that is constant at first, 1e-4 with the
    # epsilon, and gradients amplify rounding as much. A smaller rate keeps it below the tolerance.
    "stylegan": {"generator_lr": 1e-4},
    "texturegan": {"norm": "none"},
}


# These gather what the replicas have, which TensorFlow does in compiled steps only.
COMPILED = ("sdit", "stargan", "attention_distill", "pseudo_attention")


def compute(strategy, name):
    """A few steps of each stage of the method; gives the metrics and all weights."""
    # A few steps take less time than their graph for two replicas.
    tf.config.run_functions_eagerly(name not in COMPILED)
    method = registry.find(name)
    known = {field.name for field in dataclasses.fields(method.config_class())}
    # Adam divides by the root of a mean square, in which rounding may be all there is.
    plain = {"optimizer": "sgd"} if "optimizer" in known else {}
    chosen = settings(name), plain, STEADY.get(name, {})
    feed, config = open_feed(method.feed, make(method.config_class(), *chosen))
    kind, values = method.trainer_class(), []
    stages = kind.stages(config)
    trainer = kind(config, feed_of(stages[0], feed).spec, strategy)
    for number, stage in enumerate(stages):
        own = feed_of(stage, feed)
        if number:
            trainer.enter(number, own.spec)
        window = Loop(trainer, lambda context, own=own: own.dataset(0, context)).run(STEPS)
        values.append(window.values.ravel())
    weights = [v.numpy().ravel() for n in trainer.models().values() for v in n.weights]
    return {"values": np.concatenate(values), "weights": np.concatenate(weights)}


if __name__ == "__main__":
    serve(compute)
