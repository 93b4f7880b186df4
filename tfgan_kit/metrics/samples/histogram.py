"""Which classes a generator generates, and how evenly."""

import numpy as np


def class_histogram(predictions, classes: int) -> np.ndarray:
    """Share of the samples in each class.

    Protocol: the class is the most probable one according to a classifier trained on labelled
    images of the domain.

    Args:
      predictions: class indices (n,).
      classes: number of classes.

    Returns:
      float64 (classes,), summing to 1.

    Raises:
      ValueError: if there are no samples, or one has a class that does not exist.
    """
    predictions = np.asarray(predictions)
    if not len(predictions) or not 0 <= predictions.min() <= predictions.max() < classes:
        raise ValueError(f"There must be samples, all of a class from 0 to {classes - 1}.")
    return np.bincount(predictions, minlength=classes) / len(predictions)


def uniform_distance(shares) -> float:
    """Total variation distance of a histogram from the uniform one: 1/2 sum_c |p_c - 1/C|.

    It is the share of samples that would have to change their class: 0 if all classes are equally
    frequent, 1 - 1/C if only one class occurs.

    Args:
      shares: (C,), summing to 1.
    """
    return float(np.abs(np.asarray(shares) - 1 / len(shares)).sum() / 2)
