"""The Frechet distance between two sets of features; with Inception's features, it is FID."""

import numpy as np
from scipy.linalg import eigvalsh
from scipy.linalg.lapack import dpstrf

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import (
    CHUNK,
    check_features,
    check_pair,
    unlike_sizes,
)


class FeatureStatistics:
    """Count, mean and scatter of features that arrive in batches, in float64.

    Memory does not grow with the count. Batches are merged by the pairwise update of centred sums
    of Chan, Golub & LeVeque 1983, so that batch sizes and order affect the result only by rounding,
    about 1e-15 of its scale.

    Args:
      size: d, the number of features.

    Attributes:
      count: number of examples n.
      mean: (d,).
      scatter: (d, d), sum of (x - mean)(x - mean)^T. These three are the complete state.
    """

    def __init__(self, size: int):
        self.count = 0
        self.mean = np.zeros(size)
        self.scatter = np.zeros((size, size))

    @classmethod
    def of(cls, features) -> "FeatureStatistics":
        """Statistics of features (n, d) that are all in memory."""
        features = check_features(features, "given", least=1)
        statistics = cls(features.shape[1])
        for start in range(0, len(features), CHUNK):
            statistics.update(features[start : start + CHUNK])
        return statistics

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased covariance (d, d).

        Raises:
          UserError: if there are fewer than two examples.
        """
        if self.count < 2:
            raise UserError(f"at least 2 examples are needed: there are {self.count}")
        return self.scatter / (self.count - 1)

    def update(self, features) -> None:
        """Adds a batch (n, d) with n >= 1.

        Raises:
          UserError: if the shape is wrong or a value is not finite.
        """
        features = check_features(features, "added", least=1).astype(np.float64)
        if features.shape[1] != len(self.mean):
            raise UserError(unlike_sizes(features.shape[1], len(self.mean), ("added", "earlier")))
        mean = features.mean(0)
        features -= mean
        self._add(len(features), mean, features.T @ features)

    def merge(self, other: "FeatureStatistics") -> None:
        """Adds the examples of other statistics, which stay unchanged.

        Raises:
          UserError: if the feature sizes differ.
        """
        if len(other.mean) != len(self.mean):
            raise UserError(unlike_sizes(len(other.mean), len(self.mean), ("added", "earlier")))
        if other.count:
            self._add(other.count, other.mean, other.scatter)

    def _add(self, count, mean, scatter):
        total = self.count + count
        shift = mean - self.mean
        self.scatter += scatter
        self.scatter += np.outer(shift * (self.count * count / total), shift)
        self.mean += shift * (count / total)
        self.count = total


def frechet_distance(a, b) -> float:
    """||mu_a - mu_b||^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) (Dowson & Landau 1982, Heusel 2017).

    Protocol: means and unbiased covariances of all features given, in float64. The expected value
    decreases with the number of samples, so compare only values with the same number of samples and
    the same feature network. It is called FID only with the features of the FID Inception network.

    Args:
      a: features (n, d), n >= 2.
      b: features (m, d), m >= 2.

    Returns:
      The distance, 0 or more, in squared units of the features; symmetric.

    Raises:
      UserError: if there are fewer than two examples, d differs, or a value is not finite.
    """
    a, b = check_pair(a, b)
    return frechet_from_statistics(FeatureStatistics.of(a), FeatureStatistics.of(b))


def frechet_from_statistics(a: FeatureStatistics, b: FeatureStatistics) -> float:
    """`frechet_distance` of the features summarised by two statistics.

    Raises:
      UserError: if either has fewer than two examples, or d differs.
    """
    return frechet_from_moments(a.mean, a.covariance, b.mean, b.covariance)


def frechet_from_moments(mean_a, covariance_a, mean_b, covariance_b) -> float:
    """`frechet_distance` from means (d,) and covariances (d, d), as in FID files.

    Raises:
      UserError: if the shapes do not match, or a value is not finite.
    """
    moments = [np.asarray(x, np.float64) for x in (mean_a, covariance_a, mean_b, covariance_b)]
    mean_a, covariance_a, mean_b, covariance_b = moments
    if len(mean_a) != len(mean_b):
        raise UserError(unlike_sizes(len(mean_a), len(mean_b)))
    if not covariance_a.shape == covariance_b.shape == (len(mean_a), len(mean_a)):
        raise UserError(
            f"covariances (d, d) of d = {len(mean_a)} features are needed, not of shapes "
            f"{covariance_a.shape} and {covariance_b.shape}"
        )
    if not all(np.isfinite(x).all() for x in moments):
        raise UserError("finite means and covariances are needed: there is NaN or infinity")
    trace = np.trace(covariance_a) + np.trace(covariance_b)
    distance = np.square(mean_a - mean_b).sum() + trace
    return float(max(distance - 2.0 * _trace_of_root(covariance_a, covariance_b), 0.0))


def _trace_of_root(covariance_a, covariance_b):
    """tr (S_a S_b)^(1/2), from only the eigenvalues of a symmetric matrix.

    With S_a = A A^T and S_b = B B^T, the nonzero eigenvalues of S_a S_b are those of (A^T B)(A^T
    B)^T. The factors have as many columns as the covariances have rank, which excludes the rounding
    errors of zero eigenvalues, whose roots would be about 1e-8. This is more accurate and faster
    than a general square root of the product S_a S_b.
    """
    product = _factor(covariance_a).T @ _factor(covariance_b)
    if product.shape[0] > product.shape[1]:
        product = product.T
    if not product.size:
        return 0.0
    values = eigvalsh(product @ product.T, overwrite_a=True, check_finite=False)
    return np.sqrt(np.maximum(values, 0.0)).sum()


def _factor(covariance):
    """F (d, rank) with F F^T the covariance: a pivoted Cholesky factor that ends at the rank."""
    factor, pivots, rank, _ = dpstrf(covariance, lower=1)
    if not covariance.any():  # LAPACK reports a rank of 1.
        rank = 0
    unsorted = np.empty((len(covariance), rank))
    unsorted[pivots - 1] = np.tril(factor)[:, :rank]
    return unsorted


def small_sample_warning(count: int, size: int, name: str = "smaller") -> str | None:
    """A warning about a Frechet distance of few examples, or None if there are enough.

    For the bias, see Chong & Forsyth 2020: the expected distance is the true one plus a term
    proportional to 1 / count, whose factor depends on the generator.

    Args:
      count: examples in the set.
      size: feature dimensions d.
      name: name of the set.

    Returns:
      One line if the count is d or less, so that the covariance is singular.
    """
    if count > size:
        return None
    return (
        f"the {name} set has {count} examples of {size} features: its covariance is singular and "
        "the Frechet distance too large, by about a constant / count that differs between "
        f"generators; use {size + 1} or more (10,000 is usual), or KID, which has no such bias"
    )
