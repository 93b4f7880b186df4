"""Examples from arrays in memory."""

import numpy as np

from data.image_source import ImageSource
from data.reading.values import (
    EIGHT_BIT,
    FULL,
    MEASURED,
    Values,
    check_range,
    exact,
    own_range,
    small_part,
)
from tfgan_kit.errors import UserError

# Converted this many images at a time, so that no float copy of the whole set is made.
_CHUNK = 1024
_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))


class MemorySource(ImageSource):
    """Images and labels held in memory.

    Attributes:
      images: (n, height, width, channels), uint8 unless read in their own type.
    """

    def __init__(
        self, name, images, labels=None, classes=(), *, value_range=None, values=EIGHT_BIT
    ):
        """Takes the arrays; uint8 images are not copied.

        Args:
          name: short name, used in messages.
          images: array (n, height, width) or (n, height, width, channels): uint8, bool, uint16
            (65535 is white), other integers in [0, 255], or floats in `value_range`.
          labels: integers (n,) or (n, 1), floats (n, k) with k > 1 for a vector each, or None. An
            unknown label is -1, or NaN throughout.
          classes: names of the classes; by default the numbers 0 to the largest label.
          value_range: values of black and white in float images: (0, 1), (-1, 1) or (0, 255).
            None means [-1, 1] if any value is negative, else [0, 1]. Values outside the range are
            an error and are never clipped.
          values: how images are read; a range in it overrides `value_range`.

        Raises:
          UserError: if the arrays are not images and labels of this form.
        """
        self.name = name
        images = np.asanyarray(images)
        if images.ndim == 3:
            images = images[..., None]
        first = images.ndim == 4 and images.shape[3] not in (1, 3) and images.shape[1] in (1, 3)
        if images.ndim != 4 or first:
            hint = " (they look like (n, channels, height, width))" if first else ""
            raise UserError(
                f"{name}: images of shape {images.shape}{hint}; reshape them to (n, height, width)"
                " or (n, height, width, channels)"
            )
        if images.size == 0:
            raise UserError(f"{name}: no images (shape {images.shape}); check how it was written")
        if values.exact:
            self.images, self.value_range = exact_images(name, images, values)
            self.dtype = self.images.dtype.name
        else:
            self.images = _to_uint8(name, images, value_range)
        if images.dtype.name in FULL and not values.range:
            note = small_part(name, images.dtype.name, float(images.max()))
            self.notes = (note,) if note else ()
        self._labels = _check_labels(name, labels, len(images), len(classes))
        self.label_shape = self._labels.shape[1:]
        if not classes and not self.label_shape and self._labels.max() >= 0:
            classes = tuple(str(k) for k in range(int(self._labels.max()) + 1))
        self.classes = tuple(classes)
        self.shape = tuple(self.images.shape[1:])

    def __len__(self) -> int:
        """Number of images."""
        return len(self.images)

    def example(self, index: int) -> tuple[np.ndarray, int]:
        """Returns a view of the image, (height, width, channels), and its label or -1."""
        label = self._labels[index]
        return self.images[index], label if self.label_shape else int(label)

    def labels(self) -> np.ndarray:
        """Returns the labels, int64 (n,) or float32 (n, k); see `ImageSource`."""
        return self._labels


def exact_images(name: str, images: np.ndarray, values: Values):
    """Images in a type that represents them exactly, and their range.

    Args:
      name: name of the set, for messages.
      images: (n, height, width, channels).
      values: how they are read.

    Raises:
      UserError: if they are not numbers or out of range.
    """
    try:
        images = exact(images)
    except ValueError as error:
        raise UserError(f"{name}: {error}") from error
    bounds = values.bounds() or own_range(images.dtype)
    if values.range == MEASURED:
        bounds = float(images.min()), float(images.max())
        if not bounds[0] < bounds[1]:
            raise UserError(f"{name}: all its values are {bounds[0]:g}; they have no range")
    wrong = check_range(images, bounds, name)
    if wrong:
        raise UserError(wrong)
    return images, bounds


def _to_uint8(name: str, images: np.ndarray, value_range) -> np.ndarray:
    kind = images.dtype.kind
    if images.dtype == np.uint8:
        return images
    if kind not in "biuf":
        raise UserError(f"{name}: images of type {images.dtype}; store them as uint8")
    chunks = [images[i : i + _CHUNK] for i in range(0, len(images), _CHUNK)]
    # NaN passes through min and max, so it shows up here without a further scan.
    low = float(np.min([chunk.min() for chunk in chunks]))
    high = float(np.max([chunk.max() for chunk in chunks]))
    shift, scale = _affine(name, images.dtype, low, high, value_range)
    out = np.empty(images.shape, np.uint8)
    for i, chunk in enumerate(chunks):
        wide = (chunk.astype(np.float32) + np.float32(shift)) * np.float32(scale)
        out[i * _CHUNK : (i + 1) * _CHUNK] = np.rint(wide)
    return out


def _affine(name: str, dtype, low: float, high: float, value_range) -> tuple[float, float]:
    """Returns (shift, scale) such that uint8 = round((value + shift) * scale)."""
    if dtype.kind == "b":
        return 0.0, 255.0
    if dtype.kind in "iu":
        # White is 65535 in 16 bits: 65535 / 257 = 255.
        if dtype == np.uint16:
            return 0.0, 1 / 257
        if low >= 0 and high <= 255:
            return 0.0, 1.0
        raise UserError(
            f"{name}: {dtype} images with values in [{low:g}, {high:g}]; give with --value-range "
            f"LOW,HIGH the values of black and white, such as {low:.9g},{high:.9g}"
        )
    if not np.isfinite(low) or not np.isfinite(high):
        raise UserError(f"{name}: images with NaN or infinite values; remove those examples")
    if value_range is None:
        bounds = _RANGES[1] if low < 0 else _RANGES[0]
    else:
        bounds = tuple(float(v) for v in value_range)
        if bounds not in _RANGES:
            raise UserError(f"{name}: value range {value_range}; use (0, 1), (-1, 1) or (0, 255)")
    # Interpolation and float16 overshoot a little; 1e-3 is a quarter of one grey level of 256.
    slack = 1e-3 * (bounds[1] - bounds[0])
    if low < bounds[0] - slack or high > bounds[1] + slack:
        raise UserError(
            f"{name}: {dtype} images with values in [{low:g}, {high:g}], outside"
            f" [{bounds[0]:g}, {bounds[1]:g}]; give their --value-range LOW,HIGH"
        )
    return -bounds[0], 255 / (bounds[1] - bounds[0])


def _check_labels(name: str, labels, count: int, classes: int) -> np.ndarray:
    if labels is None:
        return np.full(count, -1, np.int64)
    labels = np.asarray(labels)
    vectors = labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind == "f" and not classes
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if not vectors and (labels.ndim != 1 or labels.dtype.kind not in "iu"):
        raise UserError(
            f"{name}: labels of shape {labels.shape} and type {labels.dtype}; store one integer"
            " per image, or without names of classes a row of floats"
        )
    if len(labels) != count:
        raise UserError(f"{name}: {count} images but {len(labels)} labels; check that they match")
    if vectors:
        return _check_vectors(name, labels.astype(np.float32))
    low, high = int(labels.min()), int(labels.max())
    # Without names, labels are class numbers: a value this large is something else, such as an id.
    limit = classes or 100_000
    if low < -1 or high >= limit:
        raise UserError(
            f"{name}: labels from {low} to {high}, but classes are 0 to {limit - 1}"
            " (-1: no label); renumber them"
        )
    return labels.astype(np.int64)


def _check_vectors(name: str, labels: np.ndarray) -> np.ndarray:
    wrong = ~np.isfinite(labels).all(1) & ~np.isnan(labels).all(1)
    if wrong.any():
        raise UserError(
            f"{name}: label {int(wrong.argmax())} has values that are not finite; where a label is "
            "unknown, all of its values are NaN"
        )
    return labels
