"""Measures whether samples show the requested labels, according to a classifier."""

import numpy as np


def confusion(asked, seen, classes: int) -> np.ndarray:
    """Share of the samples of each requested class that are classified as each class.

    Protocol: use a classifier that was trained on real examples only. It must not be the
    discriminator's own head, which overstates the accuracy. The diagonal is the accuracy of each
    class; its mean weights all classes equally, however often they were requested.

    Args:
      asked: integer classes (n,), each of them at least once.
      seen: integer classes (n,).
      classes: number of classes.

    Returns:
      float64 (classes, classes): rows, which sum to 1, are requested classes, columns are
      predictions.

    Raises:
      ValueError: if the numbers differ, a class does not exist, or a class was never requested.
    """
    asked, seen = np.asarray(asked), np.asarray(seen)
    if asked.shape != seen.shape or asked.ndim != 1:
        raise ValueError(f"One class each is needed, not {asked.shape} and {seen.shape}.")
    both = np.stack([asked, seen])
    if both.size and not 0 <= both.min() <= both.max() < classes:
        raise ValueError(f"There are classes from 0 to {classes - 1} only.")
    counts = np.zeros((classes, classes))
    np.add.at(counts, (asked, seen), 1)
    if not counts.sum(1).all():
        raise ValueError("Every class must be asked for.")
    return counts / counts.sum(1, keepdims=True)


def attribute_accuracy(asked, seen) -> np.ndarray:
    """Share of the samples in which each attribute is as requested, where it is known.

    Protocol: as `confusion`. A rare attribute is right in most samples by chance; the same number
    for real images shows what can be achieved.

    Args:
      asked: (n, attributes), 0 or 1, or -1 where it is unknown.
      seen: (n, attributes), 0 or 1.

    Returns:
      float64 (attributes,), NaN for an attribute that is known of no sample.

    Raises:
      ValueError: if the shapes differ, or there are no samples.
    """
    asked, seen = np.asarray(asked), np.asarray(seen)
    if asked.shape != seen.shape or asked.ndim != 2 or not len(asked):
        raise ValueError(f"Attributes of as many samples are needed: {asked.shape}, {seen.shape}.")
    known = asked >= 0
    right, counts = ((asked == seen) & known).sum(0), known.sum(0)
    return np.divide(right, counts, out=np.full(len(counts), np.nan), where=counts > 0)


def guessing_accuracy(labels) -> float:
    """Accuracy of the same answer for every example, the most frequent one.

    Args:
      labels: integer classes (n,), or attributes (n, m), 0 or 1, of which each is guessed and the
        mean is taken; those below 0 are unknown and are not counted.

    Raises:
      ValueError: if no label is known.
    """
    labels = np.asarray(labels)
    columns = labels.reshape(len(labels), -1).T
    known = [np.bincount(column[column >= 0]) for column in columns if (column >= 0).any()]
    if not known:
        raise ValueError("No label is known.")
    return float(np.mean([counts.max() / counts.sum() for counts in known]))
