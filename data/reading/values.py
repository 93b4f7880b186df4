"""The range and type of the values of stored images."""

import math
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field

DEPTHS = ("8", "16", "float", "keep")
PAGES = ("first", "channels", "examples")
MEASURED = "measured"
FULL = {"uint8": (0, 255), "uint16": (0, 65535)}
# Warn of a set that uses less than this share of its range: it will look dark, or black.
_SMALL = {"uint8": 1 / 8}
_SMALL_OF_MORE = 1 / 4


class Values(NamedTuple):
    """How stored images are to be read.

    Attributes:
      depth: type of the training images, one of `DEPTHS`; "keep" is the files' own type.
      range: "LOW,HIGH", the values that become black and white; `MEASURED` for the smallest and
        largest value of the set; None for the range of the files' type, [0, 1] for floats.
      pages: how files with several pages are read, one of `PAGES`.
    """

    depth: str = "8"
    range: str | None = None
    pages: str = "first"

    @property
    def exact(self) -> bool:
        """Whether files must be read in their own type instead of as 8-bit images."""
        return self != EIGHT_BIT

    def bounds(self) -> tuple[float, float] | None:
        """The declared range as numbers, None if none is declared.

        Raises:
          UserError: if it is invalid.
        """
        if self.range in (None, MEASURED):
            return None
        try:
            low, high = map(float, self.range.split(","))
        except ValueError:
            low = high = math.nan
        if not -math.inf < low < high < math.inf:
            raise UserError(
                f"--value-range {self.range}: give the values of black and white, such as 0,4095, "
                f"or {MEASURED}"
            )
        return low, high


EIGHT_BIT = Values()  # Images as all programs show them.


def own_range(dtype) -> tuple[float, float]:
    """The range of a type if none is declared."""
    return FULL.get(np.dtype(dtype).name, (0.0, 1.0))


def exact(values: np.ndarray) -> np.ndarray:
    """Converts an array to a type that represents its values exactly: uint8, uint16 or float32.

    Raises:
      ValueError: if it does not hold numbers, or integers beyond 2**24, which float32 cannot
        represent.
    """
    if values.dtype.kind == "b":
        return values.astype(np.uint8) * 255
    if values.dtype in (np.uint8, np.uint16):
        return values
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if low >= 0 and high <= 65535:
            return values.astype(np.uint16)
        if max(-low, high) > 1 << 24:
            raise ValueError(
                f"values from {low} to {high}, too large for float32; store 16 bits or floats"
            )
    elif values.dtype.kind != "f":
        raise ValueError(f"values of type {values.dtype}; store uint8, uint16 or float32")
    return values.astype(np.float32)


def check_range(values: np.ndarray, bounds, what: str) -> str | None:
    """Returns an error message if values are out of range or not finite, else None."""
    low, high = float(values.min()), float(values.max())
    if bounds[0] <= low and high <= bounds[1]:
        return None
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{what} has NaN or infinite values"
    return (
        f"{what} has values from {low:g} to {high:g}, outside {bounds[0]:g} to {bounds[1]:g}; give "
        f"their --value-range LOW,HIGH"
    )


def small_part(name: str, dtype: str, largest: float) -> str | None:
    """A note if the largest value of a set is far below the end of its range, else None.

    Args:
      name: name of the set.
      dtype: type of its images.
      largest: largest value of its images.
    """
    low, high = own_range(dtype)
    if not low < largest < _SMALL.get(dtype, _SMALL_OF_MORE) * high:
        return None
    white = largest
    if dtype in FULL:  # Most likely the largest value of that number of bits.
        white = 2 ** int(largest).bit_length() - 1
    return (
        f"{name}: its largest value, {largest:g}, is a small part of {low:g} to {high:g}, so it "
        f"looks dark; --value-range {low:g},{white:g} makes {white:g} white"
    )


def deep_field(field: Field, depth: str) -> Field:
    """The field of images in one of `DEPTHS`; see `convert`."""
    if field.kind != "image" or depth == "keep":
        return field
    dtype = {"8": "uint8", "16": "uint16", "float": "float32"}[depth]
    if dtype == field.dtype != "uint8":
        return field
    bounds = field.range if dtype == "float32" else FULL[dtype]
    return field.in_type(dtype, bounds)


def convert(values: np.ndarray, own: Field, wanted: Field) -> np.ndarray:
    """Maps images from the type and range of one field to those of another, rounded."""
    if (own.dtype, own.range) == (wanted.dtype, wanted.range):
        return values
    if own.range == wanted.range:
        return values.astype(wanted.dtype)
    (low, high), (new_low, new_high) = own.range, wanted.range
    scaled = (values.astype(np.float64) - low) * ((new_high - new_low) / (high - low)) + new_low
    if np.issubdtype(wanted.dtype, np.integer):
        scaled = np.rint(scaled)
    return scaled.astype(wanted.dtype)
