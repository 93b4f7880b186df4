"""Signs that training has gone wrong, each reported once in one line."""

import keras

TINY_BATCH = 8


class Health:
    """Warns once about each sign; each method defines its own signs (`Trainer.watch`).

    Args:
      warn: called with each warning, one line.
    """

    def __init__(self, warn):
        self._warn = warn
        self._told = set()

    def tell(self, kind: str, text: str) -> None:
        """Warns about a sign of one kind, unless it has done so before."""
        if kind not in self._told:
            self._told.add(kind)
            self._warn(f"warning: {text}")

    def batch_norm(self, networks: dict, batch_per_replica: int) -> None:
        """Warns about batch normalisation over too few examples."""
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
