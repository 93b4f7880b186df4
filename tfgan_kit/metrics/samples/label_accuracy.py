"""Do samples show what was asked for, as a classifier sees them?"""

import numpy as np


def confusion(asked, seen, classes: int) -> np.ndarray:
    """Share of the samples of each class that are seen as each class.

    Protocol: a classifier that was trained on real examples only says what it sees. It must be
    another network than the discriminator's own head, which overstates the accuracy. The diagonal
    is the accuracy of each class, whatever else of the latent varies; its mean weighs all classes
    alike, however often they were asked for.

    Args:
      asked: integer classes (n,), each of them at least once.
      seen: integer classes (n,).
      classes: how many there are.

    Returns:
      float64 (classes, classes): rows, of sum 1, are what was asked for, columns what was seen.

    Raises:
      ValueError: if the numbers differ, a class does not exist, or one was never asked for.
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
    """Share of the samples in which each attribute is as asked for.

    Protocol: as `confusion`. An attribute that few samples have is right in most of them by chance;
    the same number for real images says how much can be had.

    Args:
      asked, seen: (n, attributes), 0 or 1.

    Returns:
      float64 (attributes,).

    Raises:
      ValueError: if the shapes differ, or there is no sample.
    """
    asked, seen = np.asarray(asked), np.asarray(seen)
    if asked.shape != seen.shape or asked.ndim != 2 or not len(asked):
        raise ValueError(f"Attributes of as many samples are needed: {asked.shape}, {seen.shape}.")
    return (asked == seen).mean(0)
