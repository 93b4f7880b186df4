"""Several data sets read as one: "mnist+glyphs-street"."""

from collections.abc import Sequence

import numpy as np

from data.reading.common_shape import common_shape
from data.reading.reader import Reader
from data.registry import open_raw
from tfgan_kit.errors import UserError


class Mix:
    """The examples of several readers, one set after the other, with the interface of `Reader`.

    Args:
      readers: at least one, all of one image shape.

    Attributes:
      image_shape, name, classes, label_shape, fields, memory: as of `Reader`.
      source: what knows the labels of all examples, here the mix itself.

    Raises:
      UserError: the sets differ in their classes.
    """

    is_points = False

    def __init__(self, readers: Sequence[Reader]):
        self._readers = tuple(readers)
        self.name = "+".join(reader.name for reader in readers)
        first = readers[0]
        self.image_shape, self.label_shape = first.image_shape, first.label_shape
        self.classes = first.classes
        self.memory = sum(reader.memory for reader in readers)
        self.source = self
        self.fields = first.fields
        for other in readers[1:]:
            if (other.classes, other.label_shape) != (first.classes, first.label_shape):
                raise UserError(
                    f"{self.name}: what is joined with + must have the same classes; "
                    f"{_classes(first)} but {_classes(other)}"
                )
        self._ends = np.cumsum([len(reader) for reader in readers])

    def __len__(self):
        return int(self._ends[-1])

    @property
    def bad_files(self) -> list[str]:
        """What was wrong with each bad example met so far, set by set."""
        return [message for reader in self._readers for message in reader.bad_files]

    def read(self, indices: np.ndarray) -> dict[str, np.ndarray]:
        """Reads examples; see `Reader.read`. Each set may have the allowed number of bad files."""
        indices = np.asarray(indices, np.int64)
        images = np.empty((len(indices), *self.image_shape), np.uint8)
        labels = np.empty((len(indices), *self.label_shape), np.int64)
        owners = np.searchsorted(self._ends, indices, side="right")
        for owner in np.unique(owners).tolist():
            here, reader = owners == owner, self._readers[owner]
            part = reader.read(indices[here] - (self._ends[owner] - len(reader)))
            images[here], labels[here] = part["image"], part["label"]
        return {"image": images, "label": labels}

    def labels(self) -> np.ndarray | None:
        """Returns the labels of all examples, or None if a set would have to be read for them."""
        parts = [reader.source.labels() for reader in self._readers]
        return None if any(part is None for part in parts) else np.concatenate(parts)


def open_mix(
    names: Sequence[str],
    *,
    data_dir: str | None,
    split: str,
    image_size: int | None,
    channels: int | None,
    max_bad_files: int,
    memory_budget: int,
) -> Mix:
    """Opens several data sets as one, all at one size and channel count; see `common_shape`.

    Raises:
      UserError: a set cannot be opened, holds points, or has other classes than the first.
    """
    raws = [open_raw(name, data_dir=data_dir, split=split) for name in names]
    size, channels = common_shape(raws, image_size, channels)
    return Mix(
        [
            Reader(
                raw.source,
                size,
                channels,
                max_bad_files,
                transform=raw.transform,
                memory_budget=memory_budget // len(names),
            )
            for raw in raws
        ]
    )


def _classes(reader):
    shown = ", ".join([*reader.classes[:3], *(["..."] if len(reader.classes) > 3 else [])])
    return f"{reader.name} has {len(reader.classes)} ({shown})" if shown else f"{reader.name} none"
