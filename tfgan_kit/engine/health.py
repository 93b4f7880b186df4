"""Signs that a training has gone wrong, each told once and in one line."""

import keras
import numpy as np

WON_SHARE = 0.05
WON_STEPS = 1000
DIVERSITY_SHARE = 0.1
TINY_BATCH = 8


class Health:
    """Watches a run and warns once of each sign.

    Args:
      warn: called with each warning, one line.
    """

    def __init__(self, warn):
        self._warn = warn
        self._told = set()
        self._won_since = None
        self._diverse = False

    def tell(self, kind: str, text: str) -> None:
        """Warns of one kind of sign, unless that was done before."""
        if kind not in self._told:
            self._told.add(kind)
            self._warn(f"warning: {text}")

    def losses(self, step: int, metrics: dict, chance_level: float | None) -> None:
        """Looks at the discriminator's mean loss of a log window.

        Args:
          step: the step reached.
          metrics: name -> mean since the last call.
          chance_level: the loss of a discriminator that cannot tell; None if its loss has no
            optimum to reach.
        """
        losses = [v for k, v in metrics.items() if k.startswith("discriminator/adversarial")]
        if not losses or chance_level is None or min(losses) > WON_SHARE * chance_level:
            self._won_since = None
            return
        self._won_since = step if self._won_since is None else self._won_since
        if step - self._won_since >= WON_STEPS:
            self.tell(
                "won",
                f"the discriminator has won: its loss has been below {WON_SHARE:.0%} of chance "
                f"since step {self._won_since}, so the generator learns little; try --penalty r1, "
                "--instance-noise 0.1, or a lower --discriminator-lr",
            )

    def diversity(self, step: int, samples: np.ndarray, real: np.ndarray) -> None:
        """Compares the spread of a batch of samples with that of real examples.

        Args:
          step: the step reached.
          samples, real: (n, ...) floats in the same range.
        """
        share = _spread(samples) / max(_spread(real), 1e-12)
        self._diverse |= share >= DIVERSITY_SHARE
        # A generator that has just begun draws alike images, too.
        if share < DIVERSITY_SHARE and (self._diverse or step >= WON_STEPS):
            self.tell(
                "diversity",
                f"the samples have become alike: at step {step} their spread is {share:.1%} of "
                "that of the data (mode collapse?); try another --loss, --penalty or --preset",
            )

    def batch_norm(self, networks: dict, batch_per_replica: int) -> None:
        """Looks for batch normalisation over too few examples."""
        names = [name for name, network in networks.items() if has_batch_norm(network)]
        if names and batch_per_replica < TINY_BATCH:
            self.tell(
                "tiny",
                f"batch normalisation in the {' and the '.join(names)} sees only "
                f"{batch_per_replica} examples; use a --batch-size of {TINY_BATCH} or more per "
                "device, or another norm",
            )


def has_batch_norm(network: keras.Model) -> bool:
    """Whether a (flat) network has a batch-normalisation layer."""
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)


def _spread(batch) -> float:
    """Mean distance of two different examples of a batch."""
    flat = np.asarray(batch, np.float64).reshape(len(batch), -1)
    squares = (flat**2).sum(1)
    distances = squares[:, None] + squares[None] - 2 * flat @ flat.T
    pairs = ~np.eye(len(flat), dtype=bool)
    return float(np.sqrt(np.maximum(distances[pairs], 0.0)).mean())
