"""What the values of stored images mean, and the type in which they travel."""

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
      depth: one of `DEPTHS`: the type of what is trained on; "keep" is the files' own.
      range: "LOW,HIGH", the values that become black and white; `MEASURED` for the smallest and the
        largest of the set; None for all that the files' type can hold, [0, 1] for floats.
      pages: one of `PAGES`: of files with several, which are read, and as what.
    """

    depth: str = "8"
    range: str | None = None
    pages: str = "first"

    @property
    def exact(self) -> bool:
        """Whether files have to be read in their own type, and not as 8-bit pictures."""
        return self != EIGHT_BIT

    def bounds(self) -> tuple[float, float] | None:
        """The declared range as numbers, None if none is declared.

        Raises:
          UserError: if it makes no sense.
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


EIGHT_BIT = Values()  # Pictures as all programs show them.


def own_range(dtype) -> tuple[float, float]:
    """The range that a type stands for where none is declared."""
    return FULL.get(np.dtype(dtype).name, (0.0, 1.0))


def exact(values: np.ndarray) -> np.ndarray:
    """An array in the type that holds its values exactly: uint8, uint16 or float32.

    Raises:
      ValueError: if they are no numbers, or whole numbers beyond 2**24, which float32 cannot hold.
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
                f"values from {low} to {high}, of which float32 loses some; store 16 bits or floats"
            )
    elif values.dtype.kind != "f":
        raise ValueError(f"values of type {values.dtype}; store uint8, uint16 or float32")
    return values.astype(np.float32)


def check_range(values: np.ndarray, bounds, what: str) -> str | None:
    """What is wrong with values of a range, None if they lie in it; NaN does not."""
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
    """What to tell of a set whose largest value is far below the end of its range, else None.

    Args:
      name: of the set.
      dtype: of its images.
      largest: value of any.
    """
    low, high = own_range(dtype)
    if not low < largest < _SMALL.get(dtype, _SMALL_OF_MORE) * high:
        return None
    white = largest
    if dtype in FULL:  # Most likely all that so many bits can hold.
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
