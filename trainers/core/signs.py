"""Signs that an adversarial game is going wrong."""

import numpy as np

WON_SHARE = 0.05
WON_STEPS = 1000
DIVERSITY_SHARE = 0.1


class Signs:
    """Watches a game.

    Args:
      chance_level: the loss of a discriminator that cannot tell real from fake; None if its loss
        has no optimum to reach.
    """

    def __init__(self, chance_level: float | None):
        self._chance_level = chance_level
        self._won_since = None
        self._diverse = False

    def losses(self, step: int, means: dict) -> dict[str, str]:
        """Checks the discriminator's mean loss over a log window; see `Trainer.watch`."""
        losses = [v for k, v in means.items() if k.startswith("discriminator/adversarial")]
        level = self._chance_level
        if not losses or level is None or min(losses) > WON_SHARE * level:
            self._won_since = None
            return {}
        self._won_since = step if self._won_since is None else self._won_since
        if step - self._won_since < WON_STEPS:
            return {}
        return {
            "won": f"the discriminator has won: its loss has been below {WON_SHARE:.0%} of chance "
            f"since step {self._won_since}, so the generator learns little; try --penalty r1, "
            "--instance-noise 0.1, or a lower --discriminator-lr"
        }

    def diversity(self, step: int, samples: np.ndarray, real: np.ndarray) -> dict[str, str]:
        """Compares the spread of a batch of samples with that of real examples.

        Args:
          step: the step reached.
          samples, real: (n, ...) floats in the same range.

        Returns:
          See `Trainer.draw`.
        """
        share = _spread(samples) / max(_spread(real), 1e-12)
        self._diverse |= share >= DIVERSITY_SHARE
        # An untrained generator also generates similar images.
        if share >= DIVERSITY_SHARE or not (self._diverse or step >= WON_STEPS):
            return {}
        return {
            "diversity": f"the samples have become alike: at step {step} their spread is "
            f"{share:.1%} of that of the data (mode collapse?); try another --loss, --penalty or "
            "--preset"
        }


def _spread(batch) -> float:
    """Mean distance between two different examples of a batch."""
    flat = np.asarray(batch, np.float64).reshape(len(batch), -1)
    squares = (flat**2).sum(1)
    distances = squares[:, None] + squares[None] - 2 * flat @ flat.T
    pairs = ~np.eye(len(flat), dtype=bool)
    return float(np.sqrt(np.maximum(distances[pairs], 0.0)).mean())
