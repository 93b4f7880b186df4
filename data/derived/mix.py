"""Several data sets read as one: "mnist+glyphs-street"."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from data.derived.wanted import Wanted
from data.reading.common_shape import common_shape
from data.reading.reader import Reader
from data.reading.values import Values
from tfgan_kit.errors import UserError


class Mix:
    """The examples of several readers, one set after the other, with the interface of `Reader`.

    Args:
      readers: at least one, all with the same image shape.

    Attributes:
      fields, image_shape, name, classes, label_shape, memory, notes: see `Reader`.
      source: the object with the labels of all examples, here the mix itself.

    Raises:
      UserError: if the sets differ in their fields or classes.
    """

    is_points = False
    content = None

    def __init__(self, readers: Sequence[Reader]):
        self._readers = tuple(readers)
        self.name = "+".join(reader.name for reader in readers)
        first = readers[0]
        self.fields, self.image_shape = first.fields, first.image_shape
        self.classes, self.label_shape = first.classes, first.label_shape
        self.memory = sum(reader.memory for reader in readers)
        self.source = self
        self.notes = tuple(note for reader in readers for note in reader.notes)
        self.passed_over = sum((Counter(r.source.passed_over) for r in readers), Counter())
        for other in readers[1:]:
            if other.fields == first.fields:
                continue
            if other.fields.keys() != first.fields.keys():
                what, differ = "fields", f"{_listed(first)} but {_listed(other)}"
            elif (other.classes, other.label_shape) != (first.classes, first.label_shape):
                what, differ = "classes", f"{_classes(first)} but {_classes(other)}"
            else:
                name = next(n for n, field in first.fields.items() if other.fields[n] != field)
                what, differ = "kinds of values", f"{first.name} and {other.name} differ in {name}"
            raise UserError(f"{self.name}: sets joined with + must have the same {what}; {differ}")
        self._ends = np.cumsum([len(reader) for reader in readers])

    def __len__(self):
        return int(self._ends[-1])

    def fingerprint(self) -> str:
        """The fingerprints of the sets, see `data.source.Source.fingerprint`."""
        return "+".join(reader.source.fingerprint() for reader in self._readers)

    @property
    def bad_files(self) -> list[str]:
        """The errors of the bad examples found so far, set by set."""
        return [message for reader in self._readers for message in reader.bad_files]

    @property
    def bad_indices(self) -> frozenset[int]:
        """See `Reader.bad_indices`."""
        starts = [end - len(reader) for end, reader in zip(self._ends, self._readers, strict=True)]
        pairs = zip(starts, self._readers, strict=True)
        return frozenset(int(start) + k for start, reader in pairs for k in reader.bad_indices)

    def read(self, indices: np.ndarray) -> dict[str, np.ndarray]:
        """Reads examples; see `Reader.read`. Each set may have the allowed number of bad files."""
        indices = np.asarray(indices, np.int64)
        batch = {
            name: np.empty((len(indices), *field.shape), field.dtype)
            for name, field in self.fields.items()
        }
        owners = np.searchsorted(self._ends, indices, side="right")
        for owner in np.unique(owners).tolist():
            here, reader = owners == owner, self._readers[owner]
            part = reader.read(indices[here] - (self._ends[owner] - len(reader)))
            for name, values in part.items():
                batch[name][here] = values
        return batch

    def redrawn(self, index: int, label) -> None:
        """See `data.source.Source.redrawn`: unknown."""
        return None

    def figure(self, index: int) -> None:
        """See `data.source.Source.figure`: unknown."""

    def labels(self) -> np.ndarray | None:
        """Returns the labels of all examples, or None if examples would have to be read."""
        parts = [reader.source.labels() for reader in self._readers]
        return None if any(part is None for part in parts) else np.concatenate(parts)


def open_mix(
    names: Sequence[str],
    *,
    data_dir: str | None,
    split: str,
    image_size: tuple[int, int] | int | None,
    channels: int | None,
    max_bad_files: int,
    fit: str,
    values: Values,
    wanted: Wanted,
    memory_budget: int,
) -> Mix:
    """Opens several data sets as one, all at one size and channel count; see `common_shape`.

    Raises:
      UserError: if a set cannot be opened, holds points, or has other classes than the first.
    """
    raws = [wanted.opened(n, data_dir=data_dir, split=split, values=values) for n in names]
    size, channels = common_shape(raws, image_size, channels)
    return Mix(
        [
            Reader(
                raw.source,
                size,
                channels,
                max_bad_files,
                fit=fit,
                depth=values.depth,
                transform=raw.transform,
                memory_budget=memory_budget // len(names),
            )
            for raw in raws
        ]
    )


def _listed(reader):
    return f"{reader.name} has {', '.join(reader.fields)}"


def _classes(reader):
    shown = ", ".join([*reader.classes[:3], *(["..."] if len(reader.classes) > 3 else [])])
    return f"{reader.name} has {len(reader.classes)} ({shown})" if shown else f"{reader.name} none"
