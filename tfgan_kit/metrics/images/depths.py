"""How well predicted depths agree with true ones (Eigen, Puhrsch & Fergus 2014, section 4)."""

import numpy as np

from tfgan_kit.errors import UserError

PROTOCOL = (
    "over all pixels of all images whose true depth is known; delta_k is the share of those whose "
    "depth is wrong by a factor below 1.25^k, and rmse_log is of natural logarithms"
)
_FACTOR = 1.25
_POWERS = (1, 2, 3)


class DepthErrors:
    """Adds up the errors of batches.

    Protocol: see `PROTOCOL`.
    """

    def __init__(self):
        self._count, self._within = 0, np.zeros(len(_POWERS))
        self._squares, self._log_squares = 0.0, 0.0

    def add(self, made, truth) -> None:
        """Adds predictions.

        Args:
          made: depths above 0, of any shape.
          truth: true depths of the same shape, 0 where there is none.

        Raises:
          UserError: if the shapes differ, or a prediction that counts is not above 0.
        """
        made, truth = np.asarray(made, np.float64), np.asarray(truth, np.float64)
        if made.shape != truth.shape:
            raise UserError(f"depths of {made.shape} cannot be compared with {truth.shape}")
        known = truth > 0
        made, truth = made[known], truth[known]
        if (made <= 0).any():
            raise UserError("a predicted depth is not above 0; clip predictions first")
        ratio = np.maximum(made / truth, truth / made)
        self._count += ratio.size
        self._within += [(ratio < _FACTOR**k).sum() for k in _POWERS]
        self._squares += ((made - truth) ** 2).sum()
        self._log_squares += ((np.log(made) - np.log(truth)) ** 2).sum()

    def scores(self) -> dict[str, float]:
        """ "delta_1" to "delta_3", "rmse" in the unit of the depths, and "rmse_log".

        Raises:
          UserError: if no depth was known.
        """
        if not self._count:
            raise UserError("no true depth is known; give depths above 0")
        shares = zip(_POWERS, self._within / self._count, strict=True)
        return {
            **{f"delta_{k}": float(share) for k, share in shares},
            "rmse": float((self._squares / self._count) ** 0.5),
            "rmse_log": float((self._log_squares / self._count) ** 0.5),
        }
