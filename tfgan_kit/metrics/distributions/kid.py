"""The kernel distance between two sets of features; with Inception's features, it is KID."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order, check_pair

SUBSETS = 100
SUBSET_SIZE = 1000


def kernel_distance(
    real, fake, subsets: int = SUBSETS, subset_size: int = SUBSET_SIZE, seed: int = 0
) -> dict[str, float]:
    """Squared MMD under the kernel k(x, y) = (x.y / d + 1)^3 (Binkowski et al. 2018, section 4).

    With m the subset size, each subset yields the unbiased estimate (their equation 4) sum_{i != j}
    [k(x_i, x_j) + k(y_i, y_j)] / (m (m - 1)) - 2 sum_{i, j} k(x_i, y_j) / m^2.

    Protocol: float64; `subsets` draws of `subset_size` from each set, without replacement within a
    draw, by NumPy's RandomState(seed) from the examples in `canonical_order`. From examples in that
    order, torch-fidelity draws the same subsets and returns the same mean and std. The expected
    value does not depend on the number of samples. It is called KID only with the features of the
    FID Inception network.

    Args:
      real: features (n, d), n >= `subset_size`.
      fake: features (m, d), m >= `subset_size`.
      subsets: number of subsets, at least 1.
      subset_size: size of each subset, at least 2.
      seed: seed of the draws.

    Returns:
      "mean" over the subsets, about 0 and possibly negative for sets from the same distribution;
      "std", the standard deviation over the subsets (divided by their number); "standard_error" of
      the mean, std / sqrt(subsets): the error from drawing subsets, not that from drawing the sets,
      as subsets of one set overlap.

    Raises:
      UserError: if a set is smaller than a subset, d differs, or a value is not finite.
    """
    real, fake = check_pair(real, fake, ("real", "fake"))
    if subsets < 1 or subset_size < 2:
        raise UserError(f"KID needs 1 or more subsets of 2 or more, not {subsets} of {subset_size}")
    for name, features in (("real", real), ("fake", fake)):
        if len(features) < subset_size:
            raise UserError(
                f"KID with subsets of {subset_size} needs as many examples: the {name} set has "
                f"{len(features)}; give more images or a smaller subset size"
            )
    orders = canonical_order(real), canonical_order(fake)
    random = np.random.RandomState(seed)
    values = np.empty(subsets)
    for i in range(subsets):
        x, y = (
            features[order[random.choice(len(order), subset_size, replace=False)]]
            for features, order in zip((real, fake), orders, strict=True)
        )
        values[i] = _unbiased(x.astype(np.float64), y.astype(np.float64))
    std = float(values.std())
    return {
        "mean": float(values.mean()),
        "std": std,
        "standard_error": std / float(np.sqrt(subsets)),
    }


def _unbiased(x, y):
    size = len(x)
    within = sum(kernel.sum() - np.trace(kernel) for kernel in (_kernel(x, x), _kernel(y, y)))
    return within / (size * (size - 1)) - 2.0 * _kernel(x, y).mean()


def _kernel(x, y):
    base = x @ y.T / x.shape[1] + 1.0
    return base * base * base
