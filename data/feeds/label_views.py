"""Views of a reader by its labels: which labels are visible, which examples, and how often."""

import numpy as np

from tfgan_kit.errors import UserError

_CHUNK = 4096


def all_labels(reader) -> np.ndarray:
    """The labels of all examples of a reader, int64 (n, ...), -1 where there is none.

    A source that does not know its labels in advance is read once.
    """
    labels = reader.source.labels()
    if labels is not None:
        return labels
    places = range(0, len(reader), _CHUNK)
    parts = [reader.read(np.arange(i, min(i + _CHUNK, len(reader))))["label"] for i in places]
    return np.concatenate(parts)


def choose_labelled(labels, per_class: int, seed: int, name: str) -> np.ndarray:
    """Chooses the examples whose labels are used, equally many of each class.

    Args:
      labels: int64 (n,), -1 where there is none.
      per_class: number of examples per class.
      seed: seed of the choice.
      name: name of the data set, for the error.

    Returns:
      bool (n,).

    Raises:
      UserError: if a class has fewer examples.
    """
    known = np.zeros(len(labels), bool)
    for k in range(labels.max() + 1):
        places = np.flatnonzero(labels == k)
        if len(places) < per_class:
            raise UserError(
                f"--labelled-per-class {per_class}: {name} has {len(places)} examples of class {k}"
            )
        chosen = np.random.default_rng((seed, k)).choice(places, per_class, replace=False)
        known[chosen] = True
    return known


class View:
    """A reader that forwards to another reader except where a subclass overrides it."""

    def __init__(self, reader):
        self._reader = reader

    def __len__(self):
        return len(self._reader)

    def __getattr__(self, name):
        return getattr(self._reader, name)


class PartlyLabelled(View):
    """A reader whose labels are known only for some examples, and -1 for the others.

    Args:
      reader: the reader.
      known: bool (n,), see `choose_labelled`.
    """

    def __init__(self, reader, known):
        super().__init__(reader)
        self._known = known

    def read(self, indices):
        """Reads examples; see `data.reading.reader.Reader.read`."""
        batch = self._reader.read(indices)
        hidden = ~self._known[np.asarray(indices)]
        batch["label"][hidden] = -1
        return batch


class Selected(View):
    """A reader of some of another reader's examples.

    Args:
      reader: the other reader.
      chosen: indices of the examples, int64 (n,).
    """

    def __init__(self, reader, chosen):
        super().__init__(reader)
        self._chosen = chosen

    def __len__(self):
        return len(self._chosen)

    def read(self, indices):
        """Reads examples; see `data.reading.reader.Reader.read`."""
        return self._reader.read(self._chosen[np.asarray(indices, np.int64)])


class Balanced(View):
    """A reader in which all classes are equally frequent.

    Each class has as many examples as the largest class; those of smaller classes are repeated.
    Unlabelled examples count as a class.

    Args:
      reader: the reader.
      labels: labels of its examples, int64 (n,).
    """

    def __init__(self, reader, labels):
        super().__init__(reader)
        self._places = [np.flatnonzero(labels == k) for k in np.unique(labels)]
        self._most = max(map(len, self._places))

    def __len__(self):
        return self._most * len(self._places)

    def read(self, indices):
        """Reads examples; see `data.reading.reader.Reader.read`."""
        rounds, classes = np.divmod(np.asarray(indices, np.int64), len(self._places))
        pairs = zip(classes.tolist(), rounds.tolist(), strict=True)
        own = [self._places[k][r % len(self._places[k])] for k, r in pairs]
        return self._reader.read(np.array(own, np.int64))
