"""The Frechet distance of two sets of features, which FID is in Inception's."""

import numpy as np


def frechet_distance(a, b) -> float:
    """||mu_a - mu_b||^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)) (Dowson & Landau 1982, Heusel 2017).

    Protocol: means and unbiased covariances of all features given, in float64. Its expectation
    falls with the number of samples, so only values of one number, and of one feature network, can
    be compared; it is called FID only with the features of the Inception network of FID.

    The trace of the root is the sum of the roots of the eigenvalues of S_a^(1/2) S_b S_a^(1/2),
    which is symmetric: unlike a root of the product, that works for singular covariances, as of
    fewer samples than features.

    Args:
      a: features (n, d), n of at least 2.
      b: features (m, d), m of at least 2.

    Returns:
      The distance, 0 or more, in squared units of the features.

    Raises:
      ValueError: if there are fewer than two samples, or d differs.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if min(len(a), len(b)) < 2 or a.shape[1] != b.shape[1]:
        raise ValueError(f"Features (n, d) and (m, d) are needed, not {a.shape} and {b.shape}.")
    mean = np.square(a.mean(0) - b.mean(0)).sum()
    cov_a, cov_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    values, vectors = np.linalg.eigh(cov_a)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    product = np.maximum(np.linalg.eigvalsh(root @ cov_b @ root), 0.0)
    trace = np.trace(cov_a) + np.trace(cov_b) - 2.0 * np.sqrt(product).sum()
    return float(max(mean + trace, 0.0))
