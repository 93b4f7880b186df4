"""Which classes and examples an episode holds, as a pure function of (seed, n)."""

from collections.abc import Sequence

import numpy as np


class Draws:
    """Draws episodes, each by itself, so that any can be had at the cost of one.

    Args:
      places: of each class that is drawn from, the indices of its examples, int64 (k,).
      ways: classes of an episode, at most `len(places)`.
      seed: not negative, below 2**64.
    """

    def __init__(self, places: Sequence[np.ndarray], ways: int, seed: int):
        self._places, self._ways, self._seed = tuple(places), ways, seed

    def draw(self, n: int) -> tuple[np.ndarray, list[np.ndarray]]:
        """Draws episode n, n >= 0.

        Returns:
          The chosen of the classes, int64 (ways,) in [0, len(places)), without replacement and in
          random order; and for each of them all its examples in random order, of which an episode
          takes as many as it needs from the start on.
        """
        rng = np.random.Generator(np.random.Philox(key=[self._seed, n]))
        classes = rng.choice(len(self._places), self._ways, replace=False)
        return classes, [rng.permutation(self._places[k]) for k in classes.tolist()]
