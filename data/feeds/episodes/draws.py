"""Draws the classes and examples of an episode, as a pure function of (seed, n)."""

from collections.abc import Sequence

import numpy as np


class Draws:
    """Draws episodes independently, so that any episode costs as much as one.

    Args:
      places: for each class to draw from, the indices of its examples, int64 (k,).
      ways: number of classes in an episode, at most `len(places)`.
      seed: not negative, below 2**64.
    """

    def __init__(self, places: Sequence[np.ndarray], ways: int, seed: int):
        self._places, self._ways, self._seed = tuple(places), ways, seed

    def draw(self, n: int) -> tuple[np.ndarray, list[np.ndarray]]:
        """Draws episode n, n >= 0.

        Returns:
          The chosen classes, int64 (ways,) in [0, len(places)), without replacement and in random
          order; and for each of them, all its examples in random order, from which an episode takes
          as many as it needs from the start.
        """
        rng = np.random.Generator(np.random.Philox(key=[self._seed, n]))
        classes = rng.choice(len(self._places), self._ways, replace=False)
        return classes, [rng.permutation(self._places[k]) for k in classes.tolist()]
