"""The nearest of many vectors to some, in one pass over the many."""

import numpy as np

_CHUNK = 128  # Queries that are float64 at a time.


class Nearest:
    """The k nearest vectors of a stream to each of some queries.

    Memory is that of the queries and of one part of the stream, however long it is. Squared
    distances come from products in float64, so that those of equal images are 0: uint8 is exact.

    Args:
      queries: (n, d), uint8 or float32.
      k: how many; fewer if the stream is shorter.

    Attributes:
      indices: int64 (n, k), places in the stream, the nearest first; of equally near ones the first
        in the stream. -1 where the stream has ended before.
      distances: float64 (n, k), roots of the mean squared difference over the d components; inf
        where there is no index.
    """

    def __init__(self, queries: np.ndarray, k: int):
        self._queries, self._k, self._seen = queries, k, 0
        self.indices = np.full((len(queries), k), -1, np.int64)
        self._squared = np.full((len(queries), k), np.inf)

    def update(self, vectors: np.ndarray) -> None:
        """Takes the next part of the stream, (m, d)."""
        others = vectors.astype(np.float64)
        norms = (others**2).sum(1)
        places = np.arange(self._seen, self._seen + len(vectors))
        for start in range(0, len(self._queries), _CHUNK):
            rows = slice(start, start + _CHUNK)
            own = self._queries[rows].astype(np.float64)
            squared = (own**2).sum(1)[:, None] + norms - 2 * own @ others.T
            squared = np.concatenate([self._squared[rows], squared.clip(0)], axis=1)
            indices = np.concatenate(
                [self.indices[rows], np.broadcast_to(places, (len(own), len(places)))], axis=1
            )
            # Stable: what came first stays first among equals.
            order = np.argsort(squared, axis=1, kind="stable")[:, : self._k]
            self._squared[rows] = np.take_along_axis(squared, order, axis=1)
            self.indices[rows] = np.take_along_axis(indices, order, axis=1)
        self._seen += len(vectors)

    @property
    def distances(self) -> np.ndarray:
        """See above."""
        return np.sqrt(self._squared / self._queries.shape[1])
