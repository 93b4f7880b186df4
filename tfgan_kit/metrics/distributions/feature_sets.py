"""Sets of features: checks and computations that metrics share."""

import numpy as np

from tfgan_kit.errors import UserError

CHUNK = 4096
BLOCK_VALUES = 2**23  # 64 MB of float64.
COLUMNS = 4096


def check_features(features, name: str, least: int = 2) -> np.ndarray:
    """Checks that a metric can be computed from features; returns an array of their own dtype.

    Args:
      features: (n, d).
      name: name of the set, for the error message.
      least: the smallest n allowed.

    Raises:
      UserError: if the shape is not (n, d), n is too small, or a value is not finite.
    """
    features = np.asarray(features)
    if features.ndim != 2 or not features.shape[1]:
        raise UserError(f"features (n, d) are needed: the {name} set has shape {features.shape}")
    if len(features) < least:
        raise UserError(
            f"at least {least} examples are needed: the {name} set has {len(features)}; "
            "give more images"
        )
    for start in range(0, len(features), CHUNK):
        finite = np.isfinite(features[start : start + CHUNK]).all(1)
        if not finite.all():
            raise UserError(
                f"finite features are needed: the {name} set has NaN or infinity in example "
                f"{start + finite.argmin()}; check that image and the feature network"
            )
    return features


def check_pair(a, b, names=("first", "second")) -> tuple[np.ndarray, np.ndarray]:
    """Both sets as `check_features` returns them, if their feature sizes agree.

    Raises:
      UserError: as `check_features`, and if d differs.
    """
    a, b = check_features(a, names[0]), check_features(b, names[1])
    if a.shape[1] != b.shape[1]:
        raise UserError(unlike_sizes(a.shape[1], b.shape[1], names))
    return a, b


def unlike_sizes(size_a, size_b, names=("first", "second")) -> str:
    """The error message for two sets with features of different sizes."""
    return (
        f"features of one size are needed: {size_a} in the {names[0]} set and {size_b} in the "
        f"{names[1]} one; take both from one feature network"
    )


def canonical_order(features) -> np.ndarray:
    """The indices that sort the rows of (n, d) by their values.

    What a seed draws from rows sorted this way does not depend on their original order.
    """
    for columns in (8, features.shape[1]):
        order = np.lexsort(features[:, :columns].T[::-1])
        leading = features[order, :columns]
        # A few columns nearly always suffice, and take a hundredth of the time.
        if not (leading[1:] == leading[:-1]).all(1).any():
            break
    return order


def distance_blocks(a, b):
    """Squared Euclidean distances between (n, d) and (m, d), one block of rows at a time.

    They are computed as |x|^2 + |y|^2 - 2 x.y in float64, a fast matrix product.

    Yields:
      (rows, squared, error): a slice of `a`, the distances of these rows to all of `b`, (rows, m),
      and a bound on their absolute error, for callers to whom ties matter.
    """
    norms_a, norms_b = (np.einsum("ij,ij->i", x, x, dtype=np.float64) for x in (a, b))
    # Each of the three terms is a sum of d products, with an error of at most d / 2 epsilons.
    error = (a.shape[1] + 4) * np.finfo(np.float64).eps * (norms_a.max() + norms_b.max())
    height = max(1, BLOCK_VALUES // len(b))
    for start in range(0, len(a), height):
        rows = slice(start, min(start + height, len(a)))
        block = a[rows].astype(np.float64)
        squared = np.empty((len(block), len(b)))
        for column in range(0, len(b), COLUMNS):
            columns = slice(column, column + COLUMNS)
            squared[:, columns] = block @ b[columns].astype(np.float64).T
        squared *= -2.0
        squared += norms_a[rows, None]
        squared += norms_b
        yield rows, np.maximum(squared, 0.0, out=squared), error
