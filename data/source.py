"""What a data set is to this project: examples with random access."""

import abc

import numpy as np

from tfgan_kit.errors import UserError


class BadExample(UserError):
    """One example cannot be read. The message names its file and the reason."""


class Source(abc.ABC):
    """A set of examples, each a function of its index alone.

    Random access is what makes the order of training a function of (seed, n) and resuming O(1),
    so every format is read this way, record files included.

    Attributes:
      name: short name, used in run names and messages.
      shape: shape of every example as stored: (height, width, channels) with 1 or 3 channels,
        (d,) for points, or None where the examples differ in size.
      classes: names of the classes, label k being `classes[k]`; empty if there are no labels.
      label_shape: () where an example has one label; (k,) where it has k, 0 or 1 each, that say
        which of the k `classes` apply.
      channels: where `shape` is None, 3 if any image is in colour, else 1; None if not known.
      mixed: where `shape` is None, two examples of different size, as text for a message.
    """

    name: str
    shape: tuple[int, ...] | None
    classes: tuple[str, ...] = ()
    label_shape: tuple[int, ...] = ()
    channels: int | None = None
    mixed: str | None = None

    @abc.abstractmethod
    def __len__(self) -> int:
        """Number of examples."""

    @abc.abstractmethod
    def example(self, index: int) -> tuple[np.ndarray, int | np.ndarray]:
        """Returns the image, uint8 (height, width, 1 or 3), and its label, -1 if there is none.

        Where `label_shape` is (k,), the label is int64 (k,) in place of a number. Sources of points
        return float32 (d,) in place of an image.

        Raises:
          BadExample: if the example cannot be read.
        """

    def where(self, index: int) -> str:
        """Returns where an example lies, for messages: its file, if it has one of its own."""
        return f"example {index} of {self.name}"

    def encoded(self, index: int) -> bytes | None:
        """Returns the readable example as an encoded image, None if it is stored otherwise."""
        return None

    def labels(self) -> np.ndarray | None:
        """Returns all labels, int64 (n, *label_shape), or None if that means reading examples."""
        return None

    def at_size(self, size: int) -> "Source":
        """Returns the same examples for images of `size`, if this source draws them itself.

        Stored images have the size they have: such a source returns itself and the reader
        resizes.
        """
        return self
