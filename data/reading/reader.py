"""Uniform examples from any source: one size, one channel count, bad files dealt with."""

import threading

import numpy as np

from data.reading import transforms
from data.source import BadExample, Source
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, attribute_field, class_field, image_field, vector_field

MEMORY_BUDGET = 1 << 30  # Bytes for the fitted images of a data set, unless the user sets another.


class Reader:
    """Reads examples of one size and channel count by index, each decoded once if they all fit.

    Safe to call from several threads: a row of the memo is marked as filled after it was written,
    and two threads that fill the same row write the same bytes.

    Args:
      source: where examples come from.
      image_size: side of the square images; the source's own (the shorter side) by default.
      channels: 1 or 3; the source's own by default.
      max_bad_files: how many unreadable examples are replaced by the next readable one.
      transform: name of a transform from `data.reading.transforms.TRANSFORMS`, applied to fitted
        images.
      memory_budget: bytes up to which the whole fitted set is kept in memory. A larger set is read
        and decoded each time, and nothing of it is kept.

    Attributes:
      source: the source, drawn at `image_size` where it draws its images itself.
      image_shape: (size, size, channels), or (d,) for points.
      name: name of the source, with the transform's.
      classes: names of the classes, empty without labels.
      label_shape: () for one label per example, (k,) for k of 0 or 1; see `Source`.
      memory: bytes of the budget that are taken, 0 if nothing is kept.

    Raises:
      UserError: the source is empty, its images differ in size and no size was given, a size or
        channel count makes no sense, or points are to be treated as images.
    """

    def __init__(
        self,
        source: Source,
        image_size: int | None = None,
        channels: int | None = None,
        max_bad_files: int = 0,
        *,
        transform: str | None = None,
        memory_budget: int = MEMORY_BUDGET,
    ):
        if len(source) == 0:
            raise UserError(f"{source.name}: there are no examples in it")
        self.source = source if image_size is None else source.at_size(image_size)
        self.name = source.name + (f"-{transform}" if transform else "")
        self.classes = source.classes
        self.label_shape = source.label_shape
        self._max_bad = max_bad_files
        self._bad: dict[int, str] = {}
        self._lock = threading.Lock()
        self._transform = transforms.TRANSFORMS[transform] if transform else None
        self.image_shape = self._shape(image_size, channels)
        self._dtype = np.float32 if self.is_points else np.uint8
        row_bytes = int(np.prod(self.image_shape)) * np.dtype(self._dtype).itemsize
        self._filled, self.memory = None, 0
        if row_bytes * len(source) <= memory_budget:
            self.memory = row_bytes * len(source)
            self._filled = np.zeros(len(source), bool)
            self._images = np.empty((len(source), *self.image_shape), self._dtype)
            self._labels = np.empty((len(source), *self.label_shape), np.int64)

    def __len__(self):
        return len(self.source)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of an example: "image", a vector for points, and "label"."""
        image = vector_field(*self.image_shape) if self.is_points else image_field(self.image_shape)
        kind = attribute_field if self.label_shape else class_field
        return {"image": image, "label": kind(self.classes)}

    @property
    def is_points(self) -> bool:
        """Whether the examples are points instead of images."""
        return len(self.image_shape) == 1

    @property
    def bad_files(self) -> list[str]:
        """What was wrong with each bad example met so far, in the order of their indices."""
        return [message for _, message in sorted(self._bad.items())]

    def read(self, indices: np.ndarray) -> dict[str, np.ndarray]:
        """Reads examples.

        Args:
          indices: int64 (n,), each in [0, len(self)).

        Returns:
          "image", uint8 (n, size, size, channels) or float32 (n, d) for points, and "label",
          int64 (n, *label_shape), -1 without labels. Both are the caller's to change.

        Raises:
          UserError: more bad files than allowed.
        """
        indices = np.asarray(indices, np.int64)
        if self._filled is None:
            images, labels = zip(*map(self._load, indices.tolist()), strict=True)
            return {"image": np.stack(images), "label": np.array(labels, np.int64)}
        for index in indices[~self._filled[indices]].tolist():
            self._images[index], self._labels[index] = self._load(index)
            self._filled[index] = True
        return {"image": self._images[indices], "label": self._labels[indices]}

    def fitted(self, index: int) -> tuple[np.ndarray, int | np.ndarray]:
        """Returns one example, of the form that `read` gives many of, past the memory.

        Raises:
          BadExample: if it cannot be read, whatever number of bad ones is allowed.
        """
        image, label = self.source.example(index)
        if not self.is_points:
            image = transforms.fit(image, self.image_shape[0], self.image_shape[2])
            image = self._transform(image) if self._transform else image
        return image, label

    def _load(self, index):
        """Returns the fitted example, or the next readable one after it."""
        for step in range(len(self)):
            candidate = (index + step) % len(self)
            if candidate in self._bad:
                continue
            try:
                return self.fitted(candidate)
            except BadExample as error:
                self._note_bad(candidate, error)
        raise UserError(f"{self.name}: none of its {len(self)} examples can be read")

    def _note_bad(self, index, error):
        with self._lock:
            self._bad[index] = str(error)
            if len(self._bad) <= self._max_bad:
                return
        raise too_many(error, self._max_bad) from error

    def _shape(self, image_size, channels):
        """Returns the shape of every example that will be read, having checked the wishes."""
        source = self.source
        own = source.shape
        if own is not None and len(own) == 1:
            for option, value in (("--image-size", image_size), ("--channels", channels)):
                if value is not None:
                    raise UserError(f"{source.name} holds points, not images: leave out {option}")
            if self._transform:
                raise UserError(f"{source.name} holds points: only images can be transformed")
            return own
        if channels not in (None, 1, 3):
            raise UserError(f"--channels must be 1 (gray) or 3 (RGB), not {channels}")
        if image_size is not None and image_size < 1:
            raise UserError(f"--image-size must be positive, not {image_size}")
        if own is None and image_size is None:
            mixed = f" ({source.mixed})" if source.mixed else ""
            raise UserError(
                f"{source.name}: its images differ in size{mixed}; give the size with --image-size"
            )
        if channels is None:
            channels = (source.channels or 3) if own is None else own[2]
        size = min(own[:2]) if image_size is None else image_size
        return size, size, channels


def too_many(error: BadExample, allowed: int) -> UserError:
    """Returns what to raise of a bad example that is one more than allowed."""
    limit = f"at most {allowed} bad" if allowed else "no bad"
    return UserError(
        f"{error} ({limit} examples allowed: remove the file or raise --max-bad-files)"
    )
