"""Random labels: those requested from the generator, and changes to real labels.

Each draw is a function of (seed, step, turn, purpose), as rows of one draw for the global batch.
"""

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field


def rates(field: Field, config) -> np.ndarray | None:
    """The class probabilities of generated examples, or None if labels are not classes.

    Args:
      field: the label's field.
      config: a `ConditionalConfig`.

    Raises:
      UserError: if the number of weights is not the number of classes, or labels are not classes
        but the settings require them.
    """
    if field.kind != "class":
        if config.label_sampling in ("uniform", "weights"):
            raise UserError(
                f"--label-sampling {config.label_sampling} needs exclusive classes; use empirical "
                "or batch"
            )
        return None
    count = len(field.names)
    if config.label_sampling == "weights":
        if len(config.label_weights) != count:
            raise UserError(
                f"--label-weights has {len(config.label_weights)} numbers for {count} classes; "
                "give one for each"
            )
        chances = np.array(config.label_weights)
    elif config.label_sampling == "uniform":
        chances = np.ones(count)
    else:
        chances = np.array(field.rates)
    return chances / chances.sum()


def drawn(random, purpose: str, field: Field, chances, like):
    """Labels for as many examples as `like` has: drawn with `chances`, or rows from the data.

    Args:
      random: the trainer's `Random`.
      purpose: purpose of the draw.
      field: the label's field.
      chances: see `rates`.
      like: real labels (batch, ...), for the number and the type.
    """
    values = random.uniform(purpose, [tf.shape(like)[0]])
    if field.kind == "class":
        return _of_chances(values, tf.constant(np.cumsum(chances), tf.float32), like.dtype)
    rows = tf.constant(field.examples, like.dtype)
    places = tf.cast(values * len(field.examples), tf.int32)
    return tf.gather(rows, tf.minimum(places, len(field.examples) - 1))


def permuted(random, purpose: str, labels):
    """The labels of the global batch in random order; each replica gets its own part of them."""
    values, count = random.uniform(purpose, [tf.shape(labels)[0]]), tf.shape(labels)[0]
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return tf.gather(labels, tf.argsort(values))
    values, labels = context.all_gather((values, labels), axis=0)
    start = tf.cast(context.replica_id_in_sync_group, tf.int32) * count
    return tf.gather(labels, tf.argsort(values)[start : start + count])


def hidden(random, purpose: str, labels, rate: float):
    """The labels with some replaced by "unknown": -1, or NaN for vectors."""
    hides = random.uniform(purpose, [tf.shape(labels)[0]]) < rate
    hides = tf.reshape(hides, [-1] + [1] * (labels.shape.rank - 1))
    unknown = tf.constant(float("nan") if labels.dtype.is_floating else -1, labels.dtype)
    return tf.where(hides, unknown, labels)


def flipped(random, purpose: str, labels, rate: float, classes):
    """The labels with some replaced by another class, each as likely; unknown ones stay.

    Args:
      random, purpose: see `drawn`.
      labels: integers (batch,).
      rate: the probability of a wrong label.
      classes: names of the classes.
    """
    count = tf.shape(labels)[0]
    wrong = random.uniform(f"{purpose}/whether", [count]) < rate
    step = 1.0 + random.uniform(f"{purpose}/which", [count]) * (len(classes) - 1)
    other = (labels + tf.cast(step, labels.dtype)) % len(classes)
    return tf.where(wrong & (labels >= 0), other, labels)


def relabelled(random, purpose: str, labels, matrix: np.ndarray):
    """Labels with a known noise, drawn from the rows of a matrix.

    Args:
      random, purpose: see `drawn`.
      labels: integers (batch,); unknown ones stay.
      matrix: (classes, classes), rows sum to 1.
    """
    values = random.uniform(purpose, [tf.shape(labels)[0]])
    rows = tf.gather(tf.constant(np.cumsum(matrix, 1), tf.float32), tf.maximum(labels, 0))
    return tf.where(labels >= 0, _of_chances(values, rows, labels.dtype), labels)


def logits_field(field: Field) -> Field:
    """The field of logits of a label, one per class or attribute."""
    return Field("vector", (len(field.names),), names=field.names)


def _of_chances(values, cumulated, dtype):
    """The number of the class that each value in [0, 1) falls into."""
    below = tf.cast(values[:, None] >= cumulated, dtype)
    return tf.minimum(tf.reduce_sum(below, -1), tf.cast(cumulated.shape[-1] - 1, dtype))
