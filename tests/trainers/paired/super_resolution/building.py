"""Small trainers of super-resolution."""

import dataclasses

import tensorflow as tf

from data.feeds.open_feed import open_feed
from tfgan_kit.settings.option import make
from trainers import registry

SMALL = {"image_size": 32, "batch_size": 4, "filters": 2, "blocks": 1, "growth": 2}


def build(method, *, stage=0, **settings):
    """A trainer in a stage, the GAN's after one step of reconstruction, and its feed."""
    row = registry.find(method)
    known = {field.name for field in dataclasses.fields(row.config_class())}
    layers = ({k: v for k, v in SMALL.items() if k in known}, settings)
    feed, config = open_feed("set", make(row.config_class(), *layers))
    trainer = row.trainer_class()(config, feed.spec, tf.distribute.get_strategy())
    if stage:
        trainer.whole_step(batches(feed, 1))
        trainer.enter(stage, feed.spec)
    return trainer, feed


def batches(feed, count):
    """The first batches of a training."""
    return list(feed.dataset(0, tf.distribute.InputContext()).take(count))
