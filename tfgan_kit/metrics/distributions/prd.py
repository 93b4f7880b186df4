"""Precision and recall as a curve: the trade-off between quality and variety."""

import warnings

import numpy as np
from scipy.cluster.vq import kmeans2

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order, check_pair

CLUSTERS = 20
RUNS = 10
ANGLES = 1001
ITERATIONS = 20
EDGE = 1e-10  # Distance of the curve's ends from the angles 0 and pi / 2.


def prd_curve(
    real, fake, clusters: int = CLUSTERS, runs: int = RUNS, angles: int = ANGLES, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """The PRD curve of two sets of features (Sajjadi et al. 2018).

    Protocol: k-means (k-means++ initialisation, 20 iterations) over the union in its canonical
    order; each set's histogram over the clusters; the curve of the two histograms; precision and
    recall at each angle, averaged over `runs` clusterings with seeds derived from `seed`. The
    authors' code uses mini-batch k-means. The sets must have the same size, or the clusters would
    favour the larger one.

    Args:
      real: features (n, d).
      fake: features (n, d).
      clusters: k, from 2 to 2 n.
      runs: number of clusterings, at least 1.
      angles: number of points on the curve, at least 3.
      seed: seed of the clusterings.

    Returns:
      (precision, recall), both (angles,) in [0, 1], from the recall end to the precision end. Equal
      sets yield the best curve, with a point (1, 1); swapping the sets swaps precision and recall
      and reverses the curve.

    Raises:
      UserError: if the sizes differ, a set has fewer than two examples, there are fewer examples
        than clusters, or a value is not finite.
    """
    real, fake = check_pair(real, fake, ("real", "fake"))
    if len(real) != len(fake):
        raise UserError(
            f"PRD needs sets of one size, not {len(real)} real and {len(fake)} fake examples; "
            "take as many of each"
        )
    if not 2 <= clusters <= 2 * len(real) or runs < 1:
        raise UserError(
            f"PRD needs 1 or more runs and 2 to {2 * len(real)} clusters for these examples, not "
            f"{runs} and {clusters}"
        )
    union = np.concatenate([real, fake])
    order = canonical_order(union)
    is_fake = order >= len(real)
    union = union[order].astype(np.float64)
    curves = []
    for random in np.random.default_rng(seed).spawn(runs):
        labels = _cluster(union, clusters, random)
        histograms = (
            np.bincount(labels[side], minlength=clusters) / len(real)
            for side in (~is_fake, is_fake)
        )
        curves.append(prd_from_histograms(*histograms, angles))
    precision, recall = np.mean(curves, axis=0)
    return precision, recall


def prd_from_histograms(real, fake, angles: int = ANGLES) -> tuple[np.ndarray, np.ndarray]:
    """The PRD curve of two discrete distributions p (real) and q (fake) (Sajjadi et al. 2018).

    alpha(l) = sum_w min(l p(w), q(w)) is the precision and beta(l) = alpha(l) / l the recall, for
    the slopes l = tan(angle) of `angles` equidistant angles in (0, pi / 2).

    Args:
      real: (states,), summing to 1.
      fake: (states,), summing to 1.
      angles: number of angles, at least 3.

    Returns:
      (precision, recall), both (angles,) in [0, 1].

    Raises:
      UserError: if the shapes differ, or there are fewer than 3 angles.
    """
    real, fake = np.asarray(real, np.float64), np.asarray(fake, np.float64)
    if real.ndim != 1 or real.shape != fake.shape or angles < 3:
        raise UserError(
            "PRD needs two histograms of one length and 3 or more angles, not shapes "
            f"{real.shape} and {fake.shape} and {angles} angles"
        )
    slopes = np.tan(np.linspace(EDGE, np.pi / 2 - EDGE, angles))[:, None]
    precision = np.minimum(slopes * real, fake).sum(1)
    recall = np.minimum(real, fake / slopes).sum(1)
    return np.minimum(precision, 1.0), np.minimum(recall, 1.0)


def f_beta_pair(precision, recall, beta: float = 8.0) -> tuple[float, float]:
    """The largest F_beta and F_(1 / beta) of a curve (Sajjadi et al. 2018).

    F_beta = (1 + beta^2) p r / (beta^2 p + r).

    Args:
      precision: (angles,) in [0, 1].
      recall: (angles,) in [0, 1].
      beta: above 1; 8 in the literature.

    Returns:
      (F_beta, F_(1 / beta)) in [0, 1]: the first gives more weight to recall, the second to
      precision.
    """
    return _largest(precision, recall, beta), _largest(precision, recall, 1 / beta)


def _largest(precision, recall, beta):
    below = beta**2 * precision + recall
    above = (1 + beta**2) * precision * recall
    return float(np.divide(above, below, out=np.zeros_like(below), where=below > 0).max())


def _cluster(points, clusters, random):
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # An empty cluster adds nothing to a histogram. It occurs if few points are distinct, which
        # also makes the initialisation's probabilities 0 / 0.
        warnings.filterwarnings("ignore", message="One of the clusters is empty")
        return kmeans2(points, clusters, iter=ITERATIONS, minit="++", rng=random)[1]
