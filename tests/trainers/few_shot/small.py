"""Small trainers of few-shot methods, and their data."""

import tensorflow as tf

from data.feeds.open_feed import open_feed
from tfgan_kit.engine.loop import Loop
from tfgan_kit.settings.option import make
from trainers import registry

POINTS = {
    "dataset": "sinusoids",
    "held_out_classes": ("200",),
    **{"ways": 1, "shots": 4, "queries": 3, "units": 5, "batch_size": 2},
}
IMAGES = {
    "dataset": "glyph_tasks",
    "held_out_classes": ("18",),
    **{"ways": 3, "shots": 2, "queries": 2, "image_size": 16, "filters": 3, "batch_size": 2},
}


def built(method: str, settings: dict):
    """The trainer of a method on its data, and the feed."""
    row = registry.find(method)
    feed, config = open_feed(row.feed, make(row.config_class(), settings).resolved())
    return row.build(config, feed, tf.distribute.get_strategy()), feed


def batch_of(feed, number: int = 0) -> dict:
    """A batch as the training sees it."""
    return next(iter(feed._stream.dataset(start_batch=number)))


def part_of(batch, part: str, task: int) -> dict:
    """The support or the query of one task of a batch."""
    return {name: values[task] for name, values in batch[part].items()}


def trained(method: str, settings: dict, steps: int):
    """A trainer after some steps, its feed, and the values that the steps logged."""
    trainer, feed = built(method, settings)
    window = Loop(trainer, lambda context: feed.dataset(0, context)).run(steps)
    return trainer, feed, window
