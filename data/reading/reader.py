"""Reads examples of any source at one size and channel count, handling bad files."""

import threading

import numpy as np

from data.reading import transforms
from data.reading.fitting import fit_example, fitted_field
from data.reading.values import convert, deep_field
from data.source import BadExample, Source
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.settings.size import Size


class MixedSizes(UserError):
    """The images of a data set differ in size, and no size was given."""


MEMORY_BUDGET = 1 << 30  # Bytes for fitted images, by default.


class Reader:
    """Reads examples by index at one size and channel count; each is decoded once if all fit.

    Safe to call from several threads: a row of the memo is marked as filled after it was written,
    and two threads that fill the same row write the same bytes.

    Args:
      source: source of the examples.
      image_size: (height, width), or the side of squares; the source's own by default.
      channels: number of channels of images, 1 or 3 if they are gray or in colour; the source's own
        by default.
      max_bad_files: number of unreadable examples that are replaced by the next readable one.
      fit: how images are resized, one of `tfgan_kit.settings.names.FITS`.
      depth: type of images, one of `data.reading.values.DEPTHS`.
      transform: name of a transform from `data.reading.transforms.TRANSFORMS`, applied to fitted
        images.
      memory_budget: bytes up to which the whole fitted set is kept in memory. A larger set is read
        and decoded each time, and nothing of it is kept.

    Attributes:
      source: the source, at `image_size` if it draws its images.
      fields: the fields of an example, by name.
      name: name of the source and the transform.
      transform: see above.
      memory: bytes of the budget in use, 0 if nothing is kept.
      notes: see `data.source.Source`.

    Raises:
      MixedSizes: if the images differ in size and no size was given.
      UserError: if the source is empty, a size or channel count makes no sense, or points would be
        treated as images.
    """

    def __init__(
        self,
        source: Source,
        image_size: tuple[int, int] | int | None = None,
        channels: int | None = None,
        max_bad_files: int = 0,
        *,
        fit: str = "crop",
        depth: str = "8",
        transform: str | None = None,
        memory_budget: int = MEMORY_BUDGET,
    ):
        if len(source) == 0:
            raise UserError(f"{source.name}: there are no examples in it")
        size = None if image_size is None else _size(image_size)
        self.source = source if size is None else source.at_size(size)
        self.name = source.name + (f"-{transform}" if transform else "")
        self.transform = transform
        self._max_bad = max_bad_files
        self._bad: dict[int, str] = {}
        self._lock = threading.Lock()
        self._fit = fit
        self._check_wishes(size, channels, transform)
        self._size = size or next((f.size for f in self.source.fields.values() if f.has_size), None)
        self._check_kept_sizes()
        self._channels = channels
        self._transform = transforms.TRANSFORMS[transform] if transform else None
        # Images that are rotated afterwards are fitted on their side.
        self._before = self._fitted_fields(turned=transform == "rotate")
        self.fields = {n: deep_field(f, depth) for n, f in self._fitted_fields().items()}
        self.notes = self.source.notes
        self._filled, self.memory = None, 0
        row_bytes = sum(_bytes(field) for field in self.fields.values() if not field.is_label)
        if row_bytes * len(source) <= memory_budget:
            self.memory = row_bytes * len(source)
            self._filled = np.zeros(len(source), bool)
            self._kept = {
                name: np.empty((len(source), *field.shape), field.dtype)
                for name, field in self.fields.items()
            }

    def __len__(self):
        return len(self.source)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Shape of the field "image", or else of the first image: (height, width, channels)."""
        field = self.fields.get("image") or next(
            f for f in self.fields.values() if f.kind in ("image", "vector")
        )
        return field.shape

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, or attributes, of the field "label"; empty without labels."""
        return self.fields["label"].names if "label" in self.fields else ()

    @property
    def label_shape(self) -> tuple[int, ...]:
        """Shape of the field "label": () for one class per example, (k,) for k attributes."""
        return self.fields["label"].shape if "label" in self.fields else ()

    @property
    def is_points(self) -> bool:
        """Whether the examples are points instead of images."""
        return not any(field.has_size for field in self.fields.values())

    @property
    def bad_files(self) -> list[str]:
        """The errors of the bad examples found so far, in the order of their indices."""
        return [message for _, message in sorted(self._bad.items())]

    @property
    def bad_indices(self) -> frozenset[int]:
        """Indices of the bad examples found so far, which `read` has replaced by others."""
        with self._lock:
            return frozenset(self._bad)

    def read(self, indices: np.ndarray) -> dict[str, np.ndarray]:
        """Reads examples.

        Args:
          indices: int64 (n,), each in [0, len(self)).

        Returns:
          Name of each of `fields` -> array (n, *shape) of its type; the caller may change it.

        Raises:
          UserError: if there are more bad files than allowed.
        """
        indices = np.asarray(indices, np.int64)
        if self._filled is None:
            examples = list(map(self._load, indices.tolist()))
            return {
                name: np.array([example[name] for example in examples], field.dtype)
                for name, field in self.fields.items()
            }
        for index in indices[~self._filled[indices]].tolist():
            for name, value in self._load(index).items():
                self._kept[name][index] = value
            self._filled[index] = True
        return {name: values[indices] for name, values in self._kept.items()}

    def fitted(self, index: int) -> dict[str, np.ndarray]:
        """Returns one example in the form of `read`, without using the memory.

        Raises:
          BadExample: if it cannot be read, however many bad ones are allowed.
        """
        source = self.source
        example = fit_example(source.read(index), self._before, self._fit, source.where(index))
        if self._transform:
            example["image"] = self._transform(example["image"])
        for name, own in self._before.items():
            if own.kind == "image":
                example[name] = convert(example[name], own, self.fields[name])
        return example

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

    def _fitted_fields(self, turned=False):
        size = self._size[::-1] if turned else self._size
        return {n: fitted_field(f, size, self._channels) for n, f in self.source.fields.items()}

    def _check_kept_sizes(self):
        for name, field in self.source.fields.items():
            if field.repeats > 1 and tuple(self._size) != tuple(field.size):
                raise UserError(
                    f"{self.source.name}: its {name} cannot be scaled to {Size(*self._size)}; give "
                    f"--image-size {Size(*field.size)}, the files' own, or cut the files"
                )

    def _check_wishes(self, size, channels, transform):
        name, fields = self.source.name, self.source.fields
        images = [field for field in fields.values() if field.kind == "image"]
        if not any(field.has_size for field in fields.values()):
            for option, value in (("--image-size", size), ("--channels", channels)):
                if value is not None:
                    raise UserError(f"{name} holds points, not images: leave out {option}")
            if transform:
                raise UserError(f"{name} holds points: only images can be transformed")
            return
        own = {field.shape[2] for field in images}
        if channels is not None and own - {channels, 1, 3}:
            raise UserError(
                f"{name} has images of {max(own)} channels: leave out --channels, which is for "
                "gray (1) and colour (3)"
            )
        if channels is not None and channels not in (1, 3) and own != {channels}:
            raise UserError(f"--channels must be 1 (gray) or 3 (RGB), not {channels}")
        if transform and [field.dtype for field in images] != ["uint8"]:
            raise UserError(f"{name}-{transform}: only a single image of 8 bits can be transformed")
        if size is None and any(None in f.size for f in fields.values() if f.has_size):
            mixed = f" ({self.source.mixed})" if self.source.mixed else ""
            raise MixedSizes(
                f"{name}: its images differ in size{mixed}; give the size with --image-size"
            )


def _size(wish) -> Size:
    try:
        return Size.of(wish)
    except ValueError as needed:
        raise UserError(f"--image-size needs {needed}, not {wish}") from None


def _bytes(field: Field) -> int:
    return int(np.prod(field.shape)) * np.dtype(field.dtype).itemsize


def too_many(error: BadExample, allowed: int) -> UserError:
    """Returns the error for a bad example that exceeds the allowed number."""
    limit = f"at most {allowed} bad" if allowed else "no bad"
    return UserError(
        f"{error} ({limit} examples allowed: remove the file or raise --max-bad-files)"
    )
