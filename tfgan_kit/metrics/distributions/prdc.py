"""Precision, recall, density and coverage of a generated set of features."""

from itertools import pairwise

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import check_pair, distance_blocks

NEAREST = 5
PAIR_VALUES = 2**20


def prdc(real, fake, nearest: int = NEAREST) -> dict[str, float]:
    """How much of one set lies within the k-nearest-neighbour balls of the other.

    B(x) is the open ball around x whose radius is the distance to the k-th nearest other example of
    the same set. Precision is the share of fake examples in any real ball, and recall the share of
    real examples in any fake ball (Kynkaanniemi et al. 2019). Density is the mean number of real
    balls that contain a fake example, divided by k; coverage is the share of real balls that
    contain a fake example (Naeem et al. 2020). In formulas, with M fake examples Y_j, N real
    examples X_i and the indicator 1[.],
    precision = 1/M sum_j max_i 1[Y_j in B(X_i)], recall = 1/N sum_i max_j 1[X_i in B(Y_j)],
    density = 1/(k M) sum_j sum_i 1[Y_j in B(X_i)], coverage = 1/N sum_i max_j 1[Y_j in B(X_i)].

    Protocol: Euclidean distances in float64; balls are open, as in the code of Naeem et al. This
    matters only for ties, which are resolved exactly from summed squared differences, whatever the
    block size. All four values depend on k and on both counts; usual choices are 10,000 examples
    each and k = 5 (k = 3 for precision and recall alone). Distances are computed in blocks of 64
    MB.

    Args:
      real: features (n, d).
      fake: features (m, d).
      nearest: k, below n and m.

    Returns:
      "precision", "recall" and "coverage" in [0, 1], and "density", at least 0. Two large samples
      from the same distribution have an expected density of 1 and an expected coverage of 1 - 2^-k.

    Raises:
      UserError: if a set has k examples or fewer, d differs, or a value is not finite.
    """
    real, fake = check_pair(real, fake, ("real", "fake"))
    if not 1 <= nearest < min(len(real), len(fake)):
        raise UserError(
            f"{nearest} nearest neighbours: give 1 or more, and fewer than each set has examples "
            f"(real {len(real)}, fake {len(fake)}), or more images"
        )
    real_radii, fake_radii = _radii(real, nearest), _radii(fake, nearest)
    precise = np.zeros(len(fake), bool)
    recalled, covered = np.zeros((2, len(real)), bool)
    memberships = 0
    for rows, squared, error in distance_blocks(real, fake):
        radii = np.broadcast_to(real_radii[rows, None], squared.shape)
        in_real = _inside(real[rows], fake, squared, radii, error)
        precise |= in_real.any(0)
        covered[rows] = in_real.any(1)
        memberships += int(in_real.sum())
        radii = np.broadcast_to(fake_radii, squared.shape)
        recalled[rows] = _inside(real[rows], fake, squared, radii, error).any(1)
    return {
        "precision": float(precise.mean()),
        "recall": float(recalled.mean()),
        "density": memberships / (nearest * len(fake)),
        "coverage": float(covered.mean()),
    }


def _radii(features, nearest):
    """Squared distance of each example to its k-th nearest other example, (n,)."""
    radii = np.empty(len(features))
    for rows, squared, error in distance_blocks(features, features):
        here = np.arange(rows.start, rows.stop)
        squared[here - rows.start, here] = np.inf  # Excludes the example itself.
        kth = np.partition(squared, nearest - 1, axis=1)[:, nearest - 1, None]
        # Distances that may be among the k nearest, given the error, are recomputed exactly.
        i, j = np.nonzero(squared <= kth + 2.0 * error)
        exact = _exact(features[rows], features, i, j)
        first = np.searchsorted(i, np.arange(len(here) + 1))
        radii[rows] = [
            np.partition(exact[s:e], nearest - 1)[nearest - 1] for s, e in pairwise(first)
        ]
    return radii


def _inside(a, b, squared, radii, error):
    """Whether the squared distances are below the radii; near ties are recomputed exactly."""
    inside = squared < radii
    i, j = np.nonzero(np.abs(squared - radii) <= error)
    inside[i, j] = _exact(a, b, i, j) < radii[i, j]
    return inside


def _exact(a, b, i, j):
    """Squared distances between a[i] and b[j], computed from their differences."""
    exact = np.empty(len(i))
    step = max(1, PAIR_VALUES // a.shape[1])
    for start in range(0, len(i), step):
        part = slice(start, start + step)
        difference = a[i[part]].astype(np.float64) - b[j[part]]
        exact[part] = np.square(difference, out=difference).sum(1)
    return exact
