"""Fits examples to a common size, after checking each field."""

from collections.abc import Mapping

import numpy as np

from data.reading import transforms
from data.source import BadExample
from tfgan_kit.fields import Field

UNKNOWN_ID = -1  # What stands in a label map where there is no image.


def fitted_field(field: Field, size: tuple[int, int], channels: int | None) -> Field:
    """The field of what `fit_example` returns; `channels` are those of images."""
    if not field.has_size:
        return field
    return field.resized(size, channels if field.kind == "image" else None)


def fit_example(
    example: Mapping[str, np.ndarray], fields: Mapping[str, Field], how: str, where: str
) -> dict[str, np.ndarray]:
    """Resizes all fields of an example, cropping or padding all in the same way.

    Images are scaled with antialiasing, label maps and masks with nearest-neighbour interpolation.

    Args:
      example: an example of a source.
      fields: the fields of the result; all that have a size have the same one.
      how: one of `names.FITS`; padded images get the lowest value of their range, masks 0, and
        label maps `UNKNOWN_ID`.
      where: location of the example, for messages.

    Raises:
      BadExample: if a field has another type or number of channels, two fields differ in size, or
        an id has no name.
    """
    check_example(example, fields, where)
    return {name: _fit(example[name], field, how) for name, field in fields.items()}


def _fit(values, field, how):
    if field.kind == "image":
        fitted = transforms.fit(values, field.size, field.shape[2], how, field.range[0])
        # Cubic interpolation overshoots; integers stop at the ends of their type by themselves.
        return fitted if field.dtype == "uint8" else fitted.clip(*field.range)
    if field.has_size:
        fill = UNKNOWN_ID if field.kind == "ids" else 0
        return transforms.place(values, field.size, how, transforms.nearest, fill)
    return values


def check_example(example, fields: Mapping[str, Field], where: str) -> None:
    """Raises BadExample for a field that is not what it is said to be; see `fit_example`."""
    sizes = {}
    for name, field in fields.items():
        values = example[name]
        if field.is_label:
            continue
        if values.dtype != field.dtype:
            raise BadExample(f"{where}: its {name} is of type {values.dtype}, not {field.dtype}")
        if not field.has_size:
            if values.shape != field.shape:
                raise BadExample(f"{where}: its {name} has shape {values.shape}, not {field.shape}")
            continue
        sizes[name] = values.shape[:2]
        if field.kind == "image":
            check_channels(values.shape[2], field.shape[2], name, where)
        if field.kind == "ids" and field.names and values.max() >= len(field.names):
            raise BadExample(
                f"{where}: id {values.max()} in its {name}, which has {len(field.names)} classes, "
                f"0 to {len(field.names) - 1}; name them all, or correct the map"
            )
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} {h}x{w}" for name, (h, w) in sizes.items())
        raise BadExample(f"{where}: its fields differ in size ({listed}); scale them to one")


def check_channels(own: int, wanted: int, name: str, where: str) -> None:
    """Raises BadExample if images cannot be converted from one number of channels to the other."""
    if own != wanted and {own, wanted} != {1, 3}:
        raise BadExample(
            f"{where}: its {name} has {own} channels, which cannot become {wanted}; leave out "
            "--channels, or give all files the same number"
        )
