"""What a few-shot task is: the classes of images, or the values of a function at points."""

import tensorflow as tf

from nets.few_shot import learner
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.uses import Call, Use


def problem_of(config, spec):
    """The problem that the data pose.

    Args:
      config: a `trainers.few_shot.config.FewShotConfig`.
      spec: of the feed `episodes`. With a field "target", that is to be predicted from the field
        "image", a point; otherwise the label, from an image.
    """
    return (Regression if "target" in spec["support"] else Classification)(config, spec)


class _Problem:
    """A problem.

    Args:
      config, spec: see `problem_of`.

    Attributes:
      score: name of what `scored` gives.
      higher: whether more of it is better.
    """

    score: str
    higher: bool

    def __init__(self, config, spec):
        self._config, self.fields = config, spec["support"]

    def inputs(self, part):
        """What a network takes, of the support or the query of one task."""
        return {"image": to_network(self.fields["image"], part["image"])}


class Classification(_Problem):
    """Images of `ways` classes; the loss is cross-entropy, the score accuracy."""

    score, higher = "accuracy", True

    def __init__(self, config, spec):
        super().__init__(config, spec)
        if config.ways < 2:
            raise UserError("--ways 1: there is nothing to tell apart; take 2 or more")

    def network(self, **settings):
        """The network that learns; see `nets.few_shot.learner.convolutional`."""
        config = self._config
        return learner.convolutional(
            self.fields["image"].shape,
            config.ways,
            filters=config.filters,
            downsampling=config.downsampling,
            **settings,
        )

    def loss(self, outputs, part):
        """Softmax cross-entropy, a mean over the examples."""
        return cross_entropy(outputs["logits"], part["label"])

    def scored(self, outputs, part):
        """Share of right answers."""
        return accuracy(outputs["logits"], part["label"])

    def use(self, network="learner"):
        """The use of a network that has adapted to a task."""
        found = ("logits", "probabilities")
        chances = Field("vector", (self._config.ways,))
        call = Call(network, {"image": "image"}, {name: name for name in found})
        about = "classes of the task that the network has adapted to, in their order"
        image = {"image": self.fields["image"]}
        return Use("classify", (call,), image, dict.fromkeys(found, chances), about)


class Regression(_Problem):
    """Points of a function; loss and score are the mean squared error."""

    score, higher = "error", False

    def __init__(self, config, spec):
        super().__init__(config, spec)
        if self.fields["image"].kind != "vector" or self.fields["target"].kind != "vector":
            raise UserError(
                f"{config.dataset} has targets that are not values at points; choose another "
                "--dataset, such as sinusoids"
            )

        if config.ways != 1:
            raise UserError(
                f"--ways {config.ways}: a task of {config.dataset} is one function; take --ways 1"
            )

    def network(self):
        """The network that learns; see `nets.few_shot.learner.dense`."""
        sizes = (self.fields[name].shape[0] for name in ("image", "target"))
        return learner.dense(*sizes, units=self._config.units)

    def loss(self, outputs, part):
        """Mean squared error."""
        return tf.reduce_mean((outputs["target"] - part["target"]) ** 2)

    def scored(self, outputs, part):
        """The same."""
        return self.loss(outputs, part)

    def use(self, network="learner"):
        """The use of a network that has adapted to a task."""
        call = Call(network, {"image": "image"}, {"target": "target"})
        inputs, outputs = ({name: self.fields[name]} for name in ("image", "target"))
        about = "values of the function that the network has adapted to"
        return Use("predict", (call,), inputs, outputs, about)


def cross_entropy(logits, labels):
    """Softmax cross-entropy of logits (n, classes) and labels (n,), a mean over the examples."""
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_mean(values)


def accuracy(logits, labels):
    """Share of logits (n, classes) of which the largest is that of the label (n,)."""
    found = tf.argmax(logits, -1, output_type=labels.dtype)
    return tf.reduce_mean(tf.cast(found == labels, tf.float32))
