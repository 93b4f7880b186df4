"""The order of training, as a pure function of the position in the stream."""

import functools

import numpy as np


@functools.lru_cache(maxsize=8)
def _permutation(size: int, seed: int, epoch: int) -> np.ndarray:
    """Returns the order of one epoch. Cached: neighbouring batches ask for the same epoch."""
    order = np.random.default_rng((seed, epoch)).permutation(size)
    order.flags.writeable = False
    return order


def indices(n: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Returns which example comes at each position of the endless training stream.

    Epoch n // size is a permutation of all examples drawn from (seed, epoch), so every epoch shows
    each example once, and the stream can be entered anywhere at the cost of one permutation.

    Args:
      n: positions in the stream, int64 of any shape, not negative.
      size: number of examples.
      seed: not negative.

    Returns:
      Indices of examples, int64, of n's shape.
    """
    n = np.asarray(n, np.int64)
    epochs, positions = np.divmod(n, size)
    result = np.empty_like(n)
    for epoch in np.unique(epochs):
        here = epochs == epoch
        result[here] = _permutation(size, seed, int(epoch))[positions[here]]
    return result
