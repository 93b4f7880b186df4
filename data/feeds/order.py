"""The order of training, as a pure function of the position in the stream."""

import functools

import numpy as np


class _Stream:
    """The orders of a data set's epochs; adjacent epochs are cached.

    Neighbouring batches need the same epoch or, at its end, the next one. An epoch takes four bytes
    per example: a hundred million examples take less than a gigabyte.
    """

    def __init__(self, size: int, seed: int):
        self._size, self._seed = size, seed
        self._epochs: dict[int, np.ndarray] = {}

    def order(self, epoch: int) -> np.ndarray:
        """Returns the permutation of one epoch."""
        order = self._epochs.get(epoch)
        if order is None:
            # The integer width does not affect the shuffle.
            numbers = np.arange(self._size, dtype=np.uint32 if self._size < 2**32 else np.int64)
            order = np.random.default_rng((self._seed, epoch)).permutation(numbers)
            near = {k: v for k, v in self._epochs.items() if abs(k - epoch) == 1}
            self._epochs = near | {epoch: order}
        return order


_stream = functools.lru_cache(maxsize=16)(_Stream)  # For eight domains and their classifiers.


def indices(n: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Returns the example at each position of the endless training stream.

    Epoch n // size is a permutation of all examples drawn from (seed, epoch), so every epoch shows
    each example once, and starting anywhere in the stream costs one permutation.

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
        result[here] = _stream(size, seed).order(int(epoch))[positions[here]]
    return result
