"""Data sets whose fields come from corresponding files."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from data.folders.listing import about
from data.source import Source
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field


class Files(Protocol):
    """The files of one field, one per example, such as `data.reading.image_files.ImageFiles`.

    Attributes:
      field: the field; its size is None if the files differ in size.
      mixed: in that case, two of them, as text for a message.
      notes: notes for the user, one line each.
    """

    field: Field
    mixed: str | None
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Number of examples."""

    def read(self, index: int) -> np.ndarray:
        """Returns the content of the file of an example; raises BadExample if it cannot be read."""

    def path(self, index: int) -> str:
        """Returns the path of the file of an example."""


class Made(NamedTuple):
    """A field that is computed from the others of an example.

    Attributes:
      field: the computed field, of the same size as the others.
      make: function of a dictionary of the example's other fields and of its index.
    """

    field: Field
    make: Callable[[Mapping[str, np.ndarray], int], np.ndarray]


class FieldsSource(Source):
    """Examples with a field from each of several lists of files.

    Args:
      name: short name.
      parts: the files of each field, or how it is computed from those with files, by name.
      passed_over: file extension -> number of files beside these that are not read.
      notes: further notes for the user, one line each.

    Raises:
      UserError: if the files of two fields differ in size.
    """

    def __init__(
        self,
        name: str,
        parts: Mapping[str, Files | Made],
        passed_over: Mapping[str, int],
        notes: tuple[str, ...] = (),
    ):
        self.name, self.passed_over = name, passed_over
        self._made = {field: part for field, part in parts.items() if isinstance(part, Made)}
        self._files = {field: part for field, part in parts.items() if field not in self._made}
        self.fields = {field: part.field for field, part in parts.items()}
        files = self._files.values()
        self.mixed = next((part.mixed for part in files if part.mixed), None)
        own = (note for part in files for note in part.notes)
        self.notes = (*about(passed_over), *own, *notes)
        self._check_sizes()

    def __len__(self):
        return len(self._first)

    def read(self, index):
        """See `Source.read`."""
        example = {field: part.read(index) for field, part in self._files.items()}
        return example | {f: part.make(example, index) for f, part in self._made.items()}

    def where(self, index):
        """Returns the path of the first field's file."""
        return self._first.path(index)

    @property
    def _first(self):
        return next(iter(self._files.values()))

    def _check_sizes(self):
        """If the files of one field differ in size, removes the sizes of the others."""
        sized = {name: f for name, f in self.fields.items() if f.has_size}
        if any(None in field.size for field in sized.values()):
            self.fields |= {name: field.resized((None, None)) for name, field in sized.items()}
            return
        check_sizes(self.name, [part for part in self._files.values() if part.field.has_size])


def check_sizes(name: str, parts: list[Files]) -> None:
    """Raises UserError if the files of two parts differ in size."""
    first, *others = parts
    for other in others:
        if other.field.size != first.field.size:
            two = " and ".join(
                f"{p.path(0)} is {p.field.size[1]}x{p.field.size[0]}" for p in (first, other)
            )
            raise UserError(
                f"{name}: its fields differ in size ({two}); scale one to the size of the other"
            )
