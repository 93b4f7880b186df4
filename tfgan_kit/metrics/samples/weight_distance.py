"""How far apart the weights of two generators are."""

import numpy as np


def weight_distance(weights_1, weights_2) -> float:
    """Mean over the layers of ||w1 - w2|| / ((||w1|| + ||w2||) / 2), with Euclidean norms.

    Protocol: the i-th weight of one network is paired with the i-th of the other; pairs of unequal
    shape are left out, and pairs in which both are zero have distance 0. The result is 0 for layers
    that are shared, about sqrt(2) for unrelated ones with mean zero, and never above 2.

    Args:
      weights_1, weights_2: the same number of arrays each, in the same order.

    Raises:
      ValueError: if the numbers of arrays differ, or no pair has equal shapes.
    """
    pairs = [
        (np.asarray(w1, np.float64), np.asarray(w2, np.float64))
        for w1, w2 in zip(weights_1, weights_2, strict=True)
        if np.shape(w1) == np.shape(w2)
    ]
    if not pairs:
        raise ValueError("No layer has the same shape in both networks.")
    return float(np.mean([_relative(w1, w2) for w1, w2 in pairs]))


def _relative(w1, w2):
    size = (np.linalg.norm(w1) + np.linalg.norm(w2)) / 2
    return np.linalg.norm(w1 - w2) / size if size else 0.0
