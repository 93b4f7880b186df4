"""What a data set is to this project: examples with random access."""

import abc
import hashlib
import types
from collections.abc import Mapping

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field

SAMPLED = 32  # Examples that `Source.fingerprint` looks at.


class BadExample(UserError):
    """One example cannot be read. The message names its file and the reason."""


class Source(abc.ABC):
    """A set of examples, each a dictionary of fields and a function of its index alone.

    Random access is what makes the order of training a function of (seed, n) and resuming O(1),
    so every format is read this way, record files included. Sets of an image and a label, which
    most are, derive from `data.image_source.ImageSource`.

    Attributes:
      name: short name, used in run names and messages.
      fields: what an example consists of, by name, as it is stored; height and width of fields are
        None where examples differ in size. In one example, all fields that have a height and a
        width have the same.
      mixed: where sizes differ, two examples of different size, as text for a message.
      notes: what a user should be told of it when it is opened, one line each.
      passed_over: ending -> number of files beside the data that are not read.
    """

    name: str
    fields: dict[str, Field]
    mixed: str | None = None
    notes: tuple[str, ...] = ()
    passed_over: Mapping[str, int] = types.MappingProxyType({})

    @abc.abstractmethod
    def __len__(self) -> int:
        """Number of examples."""

    @abc.abstractmethod
    def read(self, index: int) -> dict[str, np.ndarray]:
        """Returns an example: a value for each of `fields`, of its type and shape.

        Raises:
          BadExample: if the example cannot be read.
        """

    def where(self, index: int) -> str:
        """Returns where an example lies, for messages: its file, if it has one of its own."""
        return f"example {index} of {self.name}"

    def encoded(self, index: int) -> bytes | None:
        """Returns the readable example's one image as it is encoded, None if there is no such."""
        return None

    def labels(self) -> np.ndarray | None:
        """Returns the field "label" of all examples, or None if that means reading examples."""
        return None

    def fingerprint(self) -> str:
        """A digest that tells this data from other data of the same name and number of examples.

        It depends on the labels, as far as they are known, and on a sample of the examples, evenly
        spread and as they are stored, but not on where they lie.
        """
        digest, labels = hashlib.sha256(str(len(self)).encode()), self.labels()
        if labels is not None:
            digest.update(np.ascontiguousarray(labels).tobytes())
        for index in np.unique(np.linspace(0, len(self) - 1, SAMPLED).astype(int)).tolist():
            try:
                stored = self.encoded(index)
                values = [stored] if stored else self.read(index).values()
            except BadExample:
                values = [b"bad"]
            for value in values:
                digest.update(value if isinstance(value, bytes) else np.asarray(value).tobytes())
        return digest.hexdigest()

    def at_size(self, size: tuple[int, int]) -> "Source":
        """Returns the same examples for images of (height, width), if this source draws them.

        Stored images have the size they have: such a source returns itself and the reader
        resizes.
        """
        return self
