"""Measures for toy data in the plane, where the truth is known.

A mode counts as covered if at least 1 % of the samples lie within 3 sigma of it. The count says
nothing about samples between the modes, hence the share of samples near any mode; nor about how the
samples are distributed over the modes, hence the distance to the data.
"""

from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

MODE_SHARE = 20 / 2000
WASSERSTEIN_SAMPLES = 1000


def modes_covered(samples, centres, sigma: float) -> int:
    """Number of modes near which at least 1 % of the samples (20 of 2000) lie.

    Args:
      samples: (n, 2).
      centres: (k, 2) centres of the modes.
      sigma: standard deviation of a mode; "near" means within 3 sigma.
    """
    near = cdist(samples, centres) <= 3 * sigma
    return int((near.sum(0) >= MODE_SHARE * len(samples)).sum())


def high_quality_share(samples, centres, sigma: float) -> float:
    """Share of the samples that lie within 3 sigma of any centre."""
    return float((cdist(samples, centres).min(1) <= 3 * sigma).mean())


def wasserstein_2d(a, b) -> float:
    """Exact Wasserstein-1 distance between two samples of equal size, each (n, d).

    It is the mean distance under the best one-to-one assignment.

    Raises:
      ValueError: if the sizes differ, as some points would be left out.
    """
    if len(a) != len(b):
        raise ValueError(f"The samples need one size, not {len(a)} and {len(b)}.")
    cost = cdist(a, b)
    return float(cost[linear_sum_assignment(cost)].mean())


def toy_measures(samples, real, centres=None, sigma=None) -> dict:
    """All measures of the toy study.

    Args:
      samples: (n, 2) generated points; the toy study draws 2000.
      real: (m, 2) data points.
      centres, sigma: centres and standard deviation of the modes, None for data without modes.

    Returns:
      "modes" and "high_quality" if there are modes, and "wasserstein" over the first 1000 points
      of each.
    """
    count = min(len(samples), len(real), WASSERSTEIN_SAMPLES)
    measured = {"wasserstein": wasserstein_2d(samples[:count], real[:count])}
    if centres is None:
        return measured
    return {
        "modes": modes_covered(samples, centres, sigma),
        "high_quality": high_quality_share(samples, centres, sigma),
        **measured,
    }
