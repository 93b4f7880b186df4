"""The types of settings: how to read them from arguments and JSON, and show them as text."""

import argparse
import math
import types
import typing
from collections.abc import Callable

from tfgan_kit.settings.size import Size

_METAVARS = {int: "INT", float: "FLOAT", str: "NAME", Size: "HEIGHTxWIDTH"}
# How several numbers are described to a user, with an example.
_NUMBERS = {int: ("whole numbers", "1,2"), float: ("numbers", "0.5,1")}


class Kind(typing.NamedTuple):
    """The type of a setting.

    Attributes:
      scalar: bool, int, float, str or `Size`; the type of each element if there are several.
      several: whether the setting is a tuple.
      optional: whether it may be None.
    """

    scalar: type
    several: bool
    optional: bool

    @property
    def parse(self) -> Callable:
        """The function with which argparse parses an argument's text."""
        if not self.several:
            return getattr(self.scalar, "parse", self.scalar)
        return self._numbers if self.scalar in _NUMBERS else _names

    @property
    def metavar(self) -> str:
        """The placeholder for a value, or for each element, in a help text."""
        return _METAVARS[self.scalar]

    def read(self, value):
        """Converts a value, which may come from JSON, to this type.

        Raises:
          ValueError: for a value of another type; the message says what is needed.
        """
        if value is None and self.optional:
            return None
        if not self.several:
            return self._one(value)
        if not isinstance(value, list | tuple):
            raise ValueError(f"a list of {self.scalar.__name__} values")
        try:
            return tuple(map(self._one, value))
        except ValueError:
            raise ValueError(f"a list of {self.scalar.__name__} values") from None

    def _one(self, value):
        if self.scalar is Size:
            return Size.of(value)
        if self.scalar is float and type(value) is int:
            try:
                return float(value)
            except OverflowError:
                return math.inf if value > 0 else -math.inf
        # True is an int in Python, but not a number to a user.
        if not isinstance(value, self.scalar) or (self.scalar is int and isinstance(value, bool)):
            raise ValueError(f"a value of type {self.scalar.__name__}")
        return value

    def _numbers(self, text):
        try:
            return tuple(map(self.scalar, text.split(","))) if text.strip() else ()
        except ValueError:
            what, example = _NUMBERS[self.scalar]
            raise argparse.ArgumentTypeError(
                f"needs {what} joined with commas, such as {example}, not {text!r}"
            ) from None


def _names(text):
    return tuple(part.strip() for part in text.split(",") if part.strip())


def kind_of(field) -> Kind:
    """The kind of a dataclass field, from its annotation."""
    hint, optional = field.type, False
    if isinstance(hint, types.UnionType):
        optional = True
        (hint,) = [a for a in typing.get_args(hint) if a is not type(None)]
    if typing.get_origin(hint) is tuple:
        return Kind(typing.get_args(hint)[0], True, optional)
    return Kind(hint, False, optional)


def shown(value) -> str:
    """A setting's value as text that `Kind.parse` can read."""
    several = isinstance(value, tuple) and not isinstance(value, Size)
    return ",".join(map(str, value)) if several else str(value)
