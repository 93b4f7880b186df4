"""The interface of data sets: examples with random access."""

import abc
import hashlib
import types
from collections.abc import Mapping

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field

SAMPLED = 32  # Number of examples that `Source.fingerprint` reads.


class BadExample(UserError):
    """One example cannot be read. The message names its file and the reason."""


class Source(abc.ABC):
    """A set of examples, each a dictionary of fields that depends only on its index.

    With random access, the order of training is a function of (seed, n) and resuming takes O(1);
    therefore every format is read this way, including record files. Most sets have an image and a
    label and derive from `data.image_source.ImageSource`.

    Attributes:
      name: short name, used in run names and messages.
      fields: the fields of an example by name, as stored; their height and width are None if
        examples differ in size. Within an example, all fields with a height and a width have the
        same size.
      mixed: if sizes differ, two examples of different size, as text for a message.
      notes: notes for the user when the set is opened, one line each.
      passed_over: file extension -> number of files beside the data that are not read.
      content: name of the data set that has the same images, and as labels what a translation
        between labels must keep; None if that is unknown.
      unbiased: name of the data set that has these images and those that are rare here, for
        classifiers that measure; None if this set serves.
      groups: for a set of which not all fields are known together: name -> examples of the fields
        that are, such as images with their label maps, and others with their depths. These examples
        are sources of their own.
    """

    name: str
    fields: dict[str, Field]
    mixed: str | None = None
    notes: tuple[str, ...] = ()
    passed_over: Mapping[str, int] = types.MappingProxyType({})
    content: str | None = None
    unbiased: str | None = None
    groups: Mapping[str, "Source"] = types.MappingProxyType({})

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
        """Returns the location of an example, for messages: its file, if it has its own."""
        return f"example {index} of {self.name}"

    def encoded(self, index: int) -> bytes | None:
        """Returns the encoded image of a readable example with a single image, or None."""
        return None

    def labels(self) -> np.ndarray | None:
        """Returns the field "label" of all examples, or None if examples would have to be read."""
        return None

    def contents(self) -> np.ndarray | None:
        """Returns the labels of the set `content` for all examples, None without one."""
        return None

    def redrawn(self, index: int, label) -> np.ndarray | None:
        """Returns the image of an example as it were with another label, None if unknown."""
        return None

    def figure(self, index: int) -> np.ndarray | None:
        """Returns where an image shows its figure, not the ground, bool (height, width), or None.

        Training never reads it; measures do.
        """
        return None

    def fingerprint(self) -> str:
        """A digest that identifies the data among sets of the same name and number of examples.

        It depends on the labels, if they are known, and on an evenly spread sample of the stored
        examples, but not on their location.
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
        """Returns a source of the same examples at (height, width), if it draws its images.

        A source of stored images returns itself, and the reader resizes them.
        """
        return self

    def masks(self, index: int) -> np.ndarray | None:
        """Returns where each class of an example is, bool (classes, height, width), or None.

        Of a set without classes there is one mask, of what is to be found. Training never reads
        them; measures do.
        """
        return None
