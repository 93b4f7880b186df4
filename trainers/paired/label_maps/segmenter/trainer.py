"""A segmenter, which judges images that were made of label maps by the labels it finds in them.

It is trained on real images alone, with the cross-entropy of each pixel; pixels without a class
(`IGNORED`) do not count.
"""

import numpy as np
import tensorflow as tf

from nets.segmenter import segmenter
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.images.label_maps import (
    confusion_counts,
    counted_classes,
    segmentation_scores,
)
from tfgan_kit.terms.modalities import cross_entropy_of_ids


class Segmenter(Trainer):
    """Trains `networks["segmenter"]` on pairs of "ids" and "target"."""

    reads_held_out = True

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        classes, _ = counted_classes(self.spec["ids"])
        channels = self.spec["target"].shape[-1]
        self.segmenter = segmenter(channels, classes, width=config.width)
        self.networks = {"segmenter": self.segmenter}
        optimizer = make_optimizer(
            "adam",
            Schedule(config.learning_rate, "linear", config.steps),
            beta_1=0.9,
            beta_2=0.999,
            clip_norm=0.0,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        self.players = {"segmenter": Player("segmenter", [self.segmenter], optimizer)}

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        return self.update("segmenter", lambda: self._terms(batch))

    def _terms(self, batch):
        images = to_network(self.spec["target"], batch["target"])
        logits = self.segmenter({"image": images}, training=True)["logits"]
        return [Term("cross_entropy", cross_entropy_of_ids(batch["ids"], logits))]

    def evaluate(self, feed, count):
        """Pixel accuracy and mean intersection over union on held-out images."""
        if feed.held_out() == (None,):
            return {}
        counts = Counts(self.segmenter, self.spec["ids"])
        for examples in feed.examples(count):
            images = to_network(self.spec["target"], examples["target"])
            counts.add(examples["ids"], images)
        return {"samples": count, **counts.scores()}


class Counts:
    """How often a segmenter finds which class in pixels that are to show which.

    Args:
      network: of `nets.segmenter`.
      field: of the label maps.
    """

    def __init__(self, network, field: Field):
        self._network, self._field, self._counts = network, field, 0

    def add(self, ids: np.ndarray, images) -> None:
        """Counts the pixels of images.

        Args:
          ids: label maps, (n, height, width).
          images: float (n, height, width, channels) in [-1, 1].
        """
        classes, ignore = counted_classes(self._field)
        logits = self._network({"image": tf.convert_to_tensor(images)}, training=False)["logits"]
        answers = np.asarray(tf.argmax(logits, -1))
        self._counts = self._counts + confusion_counts(ids, answers, classes, ignore)

    def scores(self) -> dict[str, float]:
        """See `segmentation_scores`."""
        return segmentation_scores(self._counts)
