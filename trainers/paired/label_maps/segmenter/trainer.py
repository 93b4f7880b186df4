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
from tfgan_kit.fields import IGNORED, Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.images.label_maps import confusion_counts, segmentation_scores


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
        return [Term("cross_entropy", cross_entropy(batch["ids"], logits))]

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


def counted_classes(field: Field) -> tuple[int, int | None]:
    """The number of classes that count, and the id of pixels that have none, or None."""
    count = len(field.names)
    return (count - 1, count - 1) if field.names[-1] == IGNORED else (count, None)


def cross_entropy(ids, logits):
    """Mean over all pixels of the cross-entropy, which is 0 in pixels without a class.

    Args:
      ids: integers (batch, height, width); those beyond the classes of the logits do not count.
      logits: float32 (batch, height, width, classes).
    """
    classes = logits.shape[-1]
    own = tf.minimum(ids, classes - 1)
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(own, logits)
    return tf.reduce_mean(values * tf.cast(ids < classes, tf.float32))
