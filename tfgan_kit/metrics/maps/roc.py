"""How well a number tells two kinds apart, whatever the threshold."""

import numpy as np
from scipy.stats import rankdata


def area_under_roc(values, truth) -> float:
    """Returns the probability that a positive has a higher value than a negative, ties counting
    half: the area under the curve of true against false positives.

    Protocol: of the pixels of several images, all are pooled. By ranks (Mann & Whitney 1947).

    Args:
      values: numbers of any shape.
      truth: bool of the same shape, with at least one true and one false.

    Returns:
      A number in [0, 1]; 0.5 is chance.
    """
    truth = np.asarray(truth, bool).ravel()
    ranks = rankdata(np.asarray(values, np.float64).ravel())
    positives = int(truth.sum())
    negatives = truth.size - positives
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))
