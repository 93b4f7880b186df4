"""A classifier, for the semantic loss or for judging generated images.

The network is that of the SCoGAN thesis. Labels are classes (cross-entropy on a softmax) or, where
an example has several, attributes (binary cross-entropy on each).
"""

import keras
import numpy as np
import tensorflow as tf

from nets.classifiers import classifier
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.layers import Probabilities
from tfgan_kit.metrics.samples.label_accuracy import guessing_accuracy
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.size import Size
from tfgan_kit.uses import Call, Use
from trainers.core.networks import NETWORK_NAMES

BATCH = 256


class Classifier(Trainer):
    """Trains `networks["classifier"]` on labelled images."""

    reads_held_out = True
    network_names = NETWORK_NAMES

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if not self.classes:
            raise UserError(
                f"{config.dataset} has no labels, which a classifier needs; choose another "
                "--dataset, or sort the images into one folder per class"
            )
        self.classifier = self.make_network()
        self.networks = {"classifier": self.classifier}
        optimizer = make_optimizer(
            "adam",
            Schedule(config.learning_rate, config.schedule, config.decay_steps or config.steps),
            beta_1=0.9,
            beta_2=0.999,
            clip_norm=0.0,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        self.players = {
            "classifier": Player(
                "classifier", [self.classifier], optimizer, weight_decay=config.weight_decay
            )
        }

    def make_network(self) -> keras.Model:
        """The network, as it begins."""
        config = self.config
        return classifier(
            self.image_shape,
            self.names,
            width=config.width,
            multi_label=self.multi_label,
            reduced=config.reduced_channels,
            pooling=config.pooling,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The classes or attributes that the network tells apart: those of the data."""
        return self.classes

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        images, labels = to_network(self.spec["image"], batch["image"]), batch["label"]
        return self.update("classifier", lambda: self.terms(images, labels))

    def terms(self, images, labels) -> list[Term]:
        """The parts of the loss.

        Args:
          images: (batch, height, width, channels) in [-1, 1].
          labels: see `cross_entropy`.
        """
        logits = self.classifier(images, training=True)["logits"]
        return [Term("cross_entropy", cross_entropy(labels, logits, self.multi_label))]

    def uses(self):
        """See `Trainer.uses`."""
        found = ("logits", "probabilities")
        call = Call("classifier", {"image": "image"}, {name: name for name in found})
        chances = Field("vector", (len(self.names),), names=self.names)
        image = {"image": self.spec["image"]}
        return (Use("classify", (call,), image, dict.fromkeys(found, chances)),)

    def evaluate(self, feed, count):
        """Accuracy on all held-out data; `count` applies only to generated samples.

        Beside it stands the accuracy of guessing the most frequent class, or attributes.
        """
        (reader,) = feed.held_out()
        if reader is None:
            return {}
        answers, labels = asked(logits_of(self.classifier), reader)
        chance = {"accuracy": guessing_accuracy(labels)}
        return {
            "accuracy": float((answers == labels).mean()),
            "examples": len(reader),
            "reference": {"chance": chance},
        }


def accuracy(logits, reader) -> float:
    """Share of correct predictions over all examples of a reader.

    Args:
      logits: function from images (n, height, width, channels) in [-1, 1] to logits (n, classes).
      reader: labelled images. Where a label is a vector of attributes, a logit above 0 predicts the
        attribute, and the share is taken over all attributes.
    """
    answers, labels = asked(logits, reader)
    return float((answers == labels).mean())


def logits_of(network):
    """The function from images to logits of a classifier in inference mode."""
    return lambda images: network(images, training=False)["logits"]


def asked(logits, reader) -> tuple[np.ndarray, np.ndarray]:
    """The answers for all examples of a reader, and their labels; see `accuracy`."""
    answers, labels = [], []
    for start in range(0, len(reader), BATCH):
        batch = reader.read(np.arange(start, min(start + BATCH, len(reader))))
        found = np.asarray(logits(to_network(reader.fields["image"], batch["image"])))
        labels.append(batch["label"])
        answers.append(found > 0 if batch["label"].ndim == 2 else found.argmax(1))
    return np.concatenate(answers), np.concatenate(labels)


def cross_entropy(labels, logits, multi_label=False):
    """Returns the mean cross-entropy over the batch, and over the attributes if there are several.

    Args:
      labels: int64 (batch,) of classes, or (batch, n) of attributes, 0 or 1.
      logits: float32 (batch, n).
      multi_label: whether the labels are attributes.
    """
    if multi_label:
        targets = tf.cast(labels, tf.float32)
        values = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
    else:
        values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean(values)


def predict(network, images) -> dict[str, np.ndarray]:
    """Runs a classifier in inference mode, a batch at a time.

    Args:
      network: a classifier of `nets.classifiers`.
      images: uint8 (n, height, width, channels), or floats in [-1, 1].

    Returns:
      Each output of the network, float32 (n, ...).
    """
    parts = []
    for start in range(0, len(images), BATCH):
        batch = to_model_range(tf.convert_to_tensor(images[start : start + BATCH]))
        parts.append(network(batch, training=False))
    return {k: np.concatenate([np.asarray(p[k], np.float32) for p in parts]) for k in parts[0]}


def load_classifier(
    path, image_shape, classes, *, multi_label=True, flag="--classifier"
) -> keras.Model:
    """Loads a frozen classifier after checking that it fits the data.

    Args:
      path: a .keras file that the method `classifier` saved.
      image_shape: shape of its input images.
      classes: names of the data's classes; if empty, any classes are accepted.
      multi_label: whether it may classify attributes, several of which can apply to one image.
      flag: the option that named the file, for the errors.

    Raises:
      UserError: if there is no such file, it is not a classifier, or it does not fit.
    """
    network = load_keras(path, name=f"{flag} {path}")
    outputs = getattr(network, "output", None)
    if not isinstance(outputs, dict) or not {"logits", "probabilities"} <= set(outputs):
        raise UserError(
            f"{flag} {path}: not a classifier of this kit; train one with `main.py train "
            "classifier`"
        )
    shape = tuple(network.input_shape[1:])
    if shape != tuple(image_shape):
        raise UserError(
            f"{flag} {path} takes images of {_by(shape)}, the data's are {_by(image_shape)}; read "
            f"the data with --image-size {Size(*shape[:2])} --channels {shape[2]}, or train a "
            "classifier for the data's size"
        )
    names, attributes = kinds(network)
    if attributes and not multi_label:
        raise UserError(
            f"{flag} {path} tells attributes, several of which can apply to one image; name a "
            "classifier of classes"
        )
    theirs = outputs["probabilities"].shape[-1]
    if classes and theirs != len(classes):
        raise UserError(f"{flag} {path} tells {theirs} classes apart, the data has {len(classes)}")
    if classes and names and names != tuple(classes):
        own, other = next(pair for pair in zip(names, classes, strict=True) if pair[0] != pair[1])
        raise UserError(
            f"{flag} {path} tells other classes apart than the data has: {own!r} in place of "
            f"{other!r}; train one on this data"
        )
    network.trainable = False
    return network


def kinds(network) -> tuple[tuple[str, ...], bool]:
    """The classes that a classifier distinguishes.

    Returns:
      The names of its classes, empty if unknown, and whether an image can have several, so that a
      class is predicted by a probability above 0.5 instead of the largest one.
    """
    for layer in network.layers:
        if isinstance(layer, Probabilities):
            return layer.classes, layer.multi_label
    return (), False


def _by(shape):
    return "x".join(map(str, shape))
