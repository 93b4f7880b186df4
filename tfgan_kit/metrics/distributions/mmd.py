"""The maximum mean discrepancy between two sets of features under a Gaussian kernel."""

import numpy as np
from scipy.spatial.distance import pdist

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import (
    canonical_order,
    check_pair,
    distance_blocks,
)

MEDIAN_EXAMPLES = 500


def median_bandwidth(a, b, seed: int = 0) -> float:
    """The median heuristic: sigma is the median distance in the union (Gretton et al. 2012).

    Protocol: the median over all pairs in the union of 500 examples of each set (all, if there are
    fewer), drawn with the seed from the examples in their canonical order.

    Raises:
      UserError: as `gaussian_mmd`, and if the median is 0.
    """
    a, b = check_pair(a, b)
    random = np.random.default_rng(seed)
    union = np.concatenate([_some(x, random) for x in (a, b)])
    median = float(np.median(pdist(union)))
    if not median:
        raise UserError("more than half of the examples are equal: MMD needs a bandwidth given")
    return median


def _some(features, random):
    count = min(len(features), MEDIAN_EXAMPLES)
    chosen = canonical_order(features)[random.choice(len(features), count, replace=False)]
    return features[np.sort(chosen)].astype(np.float64)


def gaussian_mmd(a, b, bandwidth: float | None = None, seed: int = 0) -> float:
    """Squared MMD under k(x, y) = exp(-||x - y||^2 / (2 sigma^2)), unbiased (Gretton 2012, eq. 3).

    It is the mean of k over pairs i != j within each set, summed over the two sets, minus twice the
    mean of k over pairs across the sets.

    Protocol: float64, all pairs. Values are comparable only at the same bandwidth: to compare
    generators, compute `median_bandwidth` once, for example from two halves of the real set, and
    use it for all of them.

    Args:
      a: features (n, d), n >= 2.
      b: features (m, d), m >= 2.
      bandwidth: sigma, above 0, in units of the features; None for `median_bandwidth`.
      seed: seed of the draw for the median.

    Returns:
      At most 2; about 0 and possibly negative for sets from the same distribution; symmetric.

    Raises:
      UserError: if there are fewer than two examples, d differs, a value is not finite, or the
        bandwidth is not above 0.
    """
    a, b = check_pair(a, b)
    if bandwidth is None:
        bandwidth = median_bandwidth(a, b, seed)
    if not 0 < bandwidth < np.inf:
        raise UserError(f"a bandwidth above 0 is needed for MMD, not {bandwidth}")
    within = sum((_kernel_sum(x, x, bandwidth) - len(x)) / (len(x) * (len(x) - 1)) for x in (a, b))
    return float(within - 2.0 * _kernel_sum(a, b, bandwidth) / (len(a) * len(b)))


def _kernel_sum(a, b, bandwidth):
    total = 0.0
    for _, squared, _ in distance_blocks(a, b):
        squared *= -0.5 / bandwidth**2
        total += np.exp(squared, out=squared).sum()
    return total
