"""Nearest-neighbour search among many vectors in a single pass over them."""

import numpy as np

_CHUNK = 128  # Number of queries converted to float64 at a time.


class Nearest:
    """The k nearest vectors of a stream for each query.

    Memory use is that of the queries and one part of the stream, however long the stream is.
    Squared distances are computed from products in float64, which is exact for uint8: equal images
    have distance 0.

    Args:
      queries: (n, d), uint8 or float32.
      k: number of neighbours; fewer if the stream is shorter.

    Attributes:
      indices: int64 (n, k), positions in the stream, nearest first; ties are in stream order. -1
        where the stream was too short.
      distances: float64 (n, k), root mean squared differences over the d components; inf where
        there is no index.
    """

    def __init__(self, queries: np.ndarray, k: int):
        self._queries, self._k, self._seen = queries, k, 0
        self.indices = np.full((len(queries), k), -1, np.int64)
        self._squared = np.full((len(queries), k), np.inf)

    def update(self, vectors: np.ndarray) -> None:
        """Processes the next part of the stream, (m, d)."""
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
            # Stable: among ties, the earlier one stays first.
            order = np.argsort(squared, axis=1, kind="stable")[:, : self._k]
            self._squared[rows] = np.take_along_axis(squared, order, axis=1)
            self.indices[rows] = np.take_along_axis(indices, order, axis=1)
        self._seen += len(vectors)

    @property
    def distances(self) -> np.ndarray:
        """See above."""
        return np.sqrt(self._squared / self._queries.shape[1])
