"""Trains every method on one and on two logical CPUs; run as a module: devices are set up once."""

import dataclasses
import os
import sys

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.every_method.smallest import settings
from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.stages import feed_of
from tfgan_kit.machine.devices import make_strategy
from tfgan_kit.settings.option import make
from trainers import registry

STEPS = 3
# Normalisation adds up pixels in float32, in another order on every number of replicas, and divides
# by what may be small. In long chains of it the rounding grows to percents, as it does between two
# ways to compute the layer on one replica. Without it, these methods agree like all others.
STEADY = {
    "esrgan": {"norm": "none"},
    "pix2pixhd": {"norm": "none"},
    "scribbler": {"norm": "none"},
    "texturegan": {"norm": "none"},
}


def train(name, strategy):
    """A few steps of each stage; gives the metrics and all weights."""
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
    return np.concatenate(values), np.concatenate(weights)


if __name__ == "__main__":
    two, one = make_strategy("cpu:0,cpu:1"), tf.distribute.get_strategy()
    found = {}
    for name in registry.METHODS:
        for count, strategy in (("one", one), ("two", two)):
            found[f"{count} {name} values"], found[f"{count} {name}"] = train(name, strategy)
    np.savez(sys.argv[1], **found)
    # All is written. A thread that still reads ahead may wait for Python while Python waits for it.
    sys.stdout.flush()
    os._exit(0)
