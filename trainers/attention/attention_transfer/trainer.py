"""A small classifier that learns to look where a larger one, which is frozen, looks.

Zagoruyko & Komodakis, Paying More Attention to Attention: Improving the Performance of
Convolutional Neural Networks via Attention Transfer, 2017.
"""

import keras
import tensorflow as tf

from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.terms import attention
from trainers.attention.student import Student
from trainers.attention.teacher import NAME, open_teacher
from trainers.classification.classifier.trainer import accuracy, cross_entropy, logits_of

_DISTANCES = {
    "squares": attention.mean_squared_difference,
    "length": attention.length_of_difference,
}
_ACTIVATIONS = (
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ELU,
    keras.layers.Activation,
)


class AttentionTransfer(Student):
    """A `Student` whose activations have the attention of the teacher's."""

    def build(self):
        """See `Trainer.build`."""
        super().build()
        self.teacher = open_teacher(self.config.teacher, self.image_shape)
        self.networks[NAME] = self.teacher.network
        if self.teacher.names != self.classes:
            self.notes = (f"{self.teacher.called} tells other classes; only its maps are used",)
        both = {"the student": self.classifier, self.teacher.called: self.teacher.network}
        self._pairs = paired(self.config.layers, both)
        own, theirs = zip(*self._pairs, strict=True)
        self._student = _looking(self.classifier, own)
        self._teacher = _looking(self.teacher.network, theirs)

    def terms(self, images, labels):
        """See `Classifier.terms`: also the distance of attention in each pair of layers."""
        found = self._student(images, training=True)
        seen = self._teacher(images, training=False)
        distance, weight = _DISTANCES[self.config.distance], self.config.beta / 2
        terms = [Term("cross_entropy", cross_entropy(labels, found["logits"], self.multi_label))]
        maps = zip(self._pairs, found["maps"], seen["maps"], strict=True)
        for (name, _), own, theirs in maps:
            both = map(attention.activity, (own, tf.stop_gradient(theirs)))
            value = tf.reduce_mean(distance(*attention.of_one_size(*both)))
            terms.append(Term(f"attention_{name}", value, weight))
        return terms

    def evaluate(self, feed, count):
        """See `Classifier.evaluate`; also the costs of both networks, and the teacher's accuracy.

        The accuracy is left out for a teacher of other classes.
        """
        found = super().evaluate(feed, count)
        (reader,) = feed.held_out()
        own, theirs = self.costs
        if reader and self.teacher[2:] == (self.classes, self.multi_label):
            theirs = {"accuracy": accuracy(logits_of(self.networks[NAME]), reader)} | theirs
        reference = found.pop("reference", {}) | {NAME: theirs}
        return found | own | {"reference": reference}


def paired(wanted, networks) -> list[tuple[str, str]]:
    """The names of layers to be compared.

    Args:
      wanted: each "NAME" of a layer in both networks, or "STUDENT=TEACHER"; if there are none, the
        activations, with a height and a width, whose name both networks have.
      networks: what the user calls the student and the teacher -> the network, in this order.

    Raises:
      UserError: if a layer does not exist, or has no height and width; or if there is none of which
        both networks have one.
    """
    found = [(own, theirs or own) for own, _, theirs in (text.partition("=") for text in wanted)]
    if twice := [own for own, _ in found if [o for o, _ in found].count(own) > 1]:
        raise UserError(f"--layers names {twice[0]} of the student twice; pair each layer once")
    (_, student), (called, teacher) = networks.items()
    theirs = _activations(teacher)
    found = found or [(name, name) for name in _activations(student) if name in theirs]
    if not found:
        raise UserError(
            f"{called} has no activation with the name of one of the student's; pair them with "
            f"--layers STUDENT=TEACHER (student: {', '.join(_activations(student))}; teacher: "
            f"{', '.join(theirs) or 'none with a height and a width'})"
        )
    for own, other in found:
        _check(student, f"--layers {own}: the student", own)
        _check(teacher, f"--layers {other}: {called}", other)
    return found


def _check(network, called, name):
    known = _spatial(network)
    if name not in known:
        there = name in [layer.name for layer in network.layers]
        what = "has no height and width there" if there else "has no such layer"
        hint = "" if there else suggest(name, known)
        raise UserError(f"{called} {what}{hint} (there are {', '.join(known)})")


def _looking(network, layers):
    """The network with the maps of layers as a further output."""
    maps = [network.get_layer(name).output for name in layers]
    return keras.Model(network.input, {"logits": network.output["logits"], "maps": maps})


def _activations(network):
    spatial = _spatial(network)
    return [e.name for e in network.layers if isinstance(e, _ACTIVATIONS) and e.name in spatial]


def _spatial(network):
    """The names of the layers whose output has a height and a width."""
    return [
        layer.name
        for layer in network.layers
        if not isinstance(layer, keras.layers.InputLayer)
        and isinstance(getattr(layer, "output", None), keras.KerasTensor)
        and len(layer.output.shape) == 4
    ]
