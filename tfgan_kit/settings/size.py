"""Sizes of images, as the command line and config.json have them."""

import argparse
from typing import NamedTuple


class Size(NamedTuple):
    """Height and width of images in pixels, both at least 1.

    Its text is "64x128", or "64" for a square. JSON has it as [height, width]; a single number,
    as in presets and in runs of version 0.1.0, means a square.
    """

    height: int
    width: int

    def __str__(self):
        """HEIGHTxWIDTH, or the side of a square."""
        return str(self.height) if self.height == self.width else f"{self.height}x{self.width}"

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Reads an argument: HEIGHTxWIDTH, or one number for a square.

        Raises:
          argparse.ArgumentTypeError: if it is neither.
        """
        sides = text.lower().split("x")
        if len(sides) > 2 or not all(side.isdecimal() and int(side) > 0 for side in sides):
            raise argparse.ArgumentTypeError(
                f"needs HEIGHTxWIDTH, such as 64x128, or one number for a square, not {text!r}"
            )
        return cls(int(sides[0]), int(sides[-1]))

    @classmethod
    def of(cls, value) -> "Size":
        """Reads a setting: a size, [height, width], or a number for a square.

        Raises:
          ValueError: if it is neither, saying what is needed.
        """
        sides = value if isinstance(value, list | tuple) else [value, value]
        if len(sides) != 2 or not all(type(side) is int and side > 0 for side in sides):
            raise ValueError("[height, width], or one number for a square, each at least 1")
        return cls(*sides)
