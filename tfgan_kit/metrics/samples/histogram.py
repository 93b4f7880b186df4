"""Which classes a generator makes, and how evenly."""

import numpy as np


def class_histogram(predictions, classes: int) -> np.ndarray:
    """Share of the samples in each class.

    Protocol: the class is that of the largest probability of a classifier of the domain, trained on
    its labelled images.

    Args:
      predictions: class indices (n,).
      classes: number of classes.

    Returns:
      float64 (classes,), of sum 1.

    Raises:
      ValueError: if there is no sample, or one of a class that does not exist.
    """
    predictions = np.asarray(predictions)
    if not len(predictions) or not 0 <= predictions.min() <= predictions.max() < classes:
        raise ValueError(f"There must be samples, all of a class from 0 to {classes - 1}.")
    return np.bincount(predictions, minlength=classes) / len(predictions)


def uniform_distance(shares) -> float:
    """Total variation distance of a histogram from the uniform one: 1/2 sum_c |p_c - 1/C|.

    0 if all classes are equally frequent, 1 - 1/C if there is only one: the share of the samples
    that would have to change their class.

    Args:
      shares: (C,), of sum 1.
    """
    return float(np.abs(np.asarray(shares) - 1 / len(shares)).sum() / 2)
