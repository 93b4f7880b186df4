"""A classifier of more classes than its teacher, which learns from images of the new ones alone.

Dhar, Singh, Peng, Wu & Chellappa, Learning without Memorizing, 2019.
"""

import keras
import numpy as np
import tensorflow as tf

from nets.classifiers import grown
from tfgan_kit.attention.methods import grad_cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.samples.label_accuracy import guessing_accuracy
from tfgan_kit.terms.attention import absolute_difference
from trainers.attention.student import Student
from trainers.attention.teacher import NAME, open_teacher
from trainers.classification.classifier.trainer import asked, cross_entropy, logits_of


class LwM(Student):
    """A `Student` that begins as its teacher, with more classes."""

    def build(self):
        """See `Trainer.build`."""
        super().build()
        self.networks[NAME] = self.teacher.network
        self._student = Opened(self.classifier, "the student", output="logits")
        self._teacher = Opened(self.teacher.network, self.teacher.called, output="logits")
        self._layer = self._teacher.find(self.config.layer)

    def make_network(self):
        """See `Classifier.make_network`: the teacher, with more rows in its last layer."""
        if self.multi_label:
            raise UserError(
                f"--dataset {self.config.dataset} has attributes, but this method learns classes "
                "that exclude each other; choose another"
            )
        path = self.config.teacher
        self.teacher = open_teacher(path, self.image_shape, multi_label=False)
        called, old = self.teacher.called, self.teacher.names
        if not old:
            raise UserError(f"{called} does not say what its classes are; name another")
        if known := [name for name in self.classes if name in old]:
            raise UserError(
                f"{called} already knows {', '.join(known)}; choose only new classes "
                f"with --classes (it knows {', '.join(old)})"
            )
        theirs = next(layer for layer in self.teacher.network.layers if layer.weights).compute_dtype
        own = keras.config.dtype_policy().compute_dtype
        if theirs != own:
            raise UserError(
                f"--precision {self.config.precision}: {called} computes in {theirs}, and the "
                "student begins as its copy; give the teacher's own --precision"
            )
        return grown(self.teacher.network, self.names)

    @property
    def names(self):
        """See `Classifier.names`: the classes of the teacher, and then those of the data."""
        return (*self.teacher.names, *self.classes)

    def terms(self, images, labels):
        """See `Classifier.terms`: L_C + beta L_D + gamma L_AD (equation 4)."""
        config, old = self.config, len(self.teacher.names)
        # First, as the pass in training moves the statistics of batch normalisation.
        attention = self._attention(images) if config.attention_weight else None
        logits = self.classifier(images, training=True)["logits"]
        terms = [Term("cross_entropy", cross_entropy(labels + old, logits))]
        if config.distillation_weight:
            said = self.networks[NAME](images, training=False)["logits"]
            value = distillation(tf.stop_gradient(said), logits[:, :old], config.temperature)
            terms.append(Term("distillation", value, config.distillation_weight))
        if config.attention_weight:
            terms.append(Term("attention", attention, config.attention_weight))
        return terms

    def _attention(self, images):
        """How far apart both look for the old class that the student takes each image for.

        Both are in inference mode, as the teacher always is: they look alike before the first step.
        """
        old = len(self.teacher.names)
        top = tf.argmax(self._student(images)[:, :old], -1)
        own, theirs = (
            grad_cam(opened, images, top, self._layer)[1]
            for opened in (self._student, self._teacher)
        )
        return tf.reduce_mean(absolute_difference(own, tf.stop_gradient(theirs)))

    def evaluate(self, feed, count):
        """Accuracy among all classes on the held-out images of the old and of the new ones.

        "accuracy" is that of all these images. The old ones are those of the teacher's own data,
        see `trainers.attention.lwm.old_data.prepare`. Beside these stand the costs of both
        networks, and the accuracy of the teacher, which knows the old classes only.
        """
        readers = [each.reader for each in feed.further.get("old", ())]
        new = [reader for reader in feed.held_out() if reader]
        seen = {name for reader in readers for name in reader.classes}
        if lacking := [name for name in self.teacher.names if name not in seen]:
            told = "accuracy_old is left out" if not readers else "accuracy_old is for the others"
            self.left_out = (f"{told}: there are no held-out images of {', '.join(lacking)}",)
        found = {"accuracy_old": self._asked(self.classifier, readers)}
        found["accuracy_new"] = self._asked(self.classifier, new)
        found = {name: rows for name, rows in found.items() if rows is not None}
        reference = {}
        if len(found) > 1:
            found = {"accuracy": np.concatenate([*found.values()], 1)} | found
            reference["chance"] = {"accuracy": guessing_accuracy(found["accuracy"][1])}
        measured = {name: _share(rows) for name, rows in found.items()}
        own, theirs = self.costs
        if readers:
            theirs = {"accuracy_old": self._teachers_accuracy(readers)} | theirs
        examples = sum(len(reader) for reader in (*readers, *new))
        reference[NAME] = theirs
        return measured | {"examples": examples} | own | {"reference": reference}

    def _asked(self, network, readers):
        """The answers and the labels among all classes, (2, examples); None without readers."""
        parts = []
        for reader in readers:
            answers, labels = asked(logits_of(network), reader)
            number = np.array([self.names.index(name) for name in reader.classes])
            parts.append(np.stack([answers, number[labels]]))
        return np.concatenate(parts, 1) if parts else None

    def _teachers_accuracy(self, readers):
        return _share(self._asked(self.networks[NAME], readers))


def distillation(teacher, student, temperature):
    """Returns -sum_i p_i log q_i, mean over the batch, p and q the softmax of logits / T.

    Its gradient by the student's logits is (q - p) / T, zero where both agree.

    Args:
      teacher, student: logits of the same classes, float32 (batch, n).
      temperature: T.
    """
    chances = tf.nn.softmax(teacher / temperature)
    losses = tf.nn.softmax_cross_entropy_with_logits(chances, student / temperature)
    return tf.reduce_mean(losses)


def _share(rows):
    answers, labels = rows
    return float((answers == labels).mean())
