"""Sizes of images, as written on the command line and in config.json."""

import argparse
import dataclasses
from typing import NamedTuple


class Size(NamedTuple):
    """Height and width of images in pixels, both at least 1.

    Its text is "64x128", or "64" for a square. In JSON, it is [height, width]; a single number, as
    in presets and in runs of version 0.1.0, means a square.
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
          ValueError: if it is none of these; the message says what is needed.
        """
        sides = value if isinstance(value, list | tuple) else [value, value]
        if len(sides) != 2 or not all(type(side) is int and side > 0 for side in sides):
            raise ValueError("[height, width], or one number for a square, each at least 1")
        return cls(*sides)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """The image sizes that networks support.

    Attributes:
      sides: supported sides of squares, ascending; empty if any size is supported.
      rectangles: whether the longer side may also be any multiple of a quarter of the shorter one,
        as in networks that start with a 4x4 map and grow by strides.
      multiple: number that both sides must be divisible by; for networks without `sides`.
      largest: without `sides`, the length to which a longer shorter side is reduced unless the user
        chooses a size.
    """

    sides: tuple[int, ...] = ()
    rectangles: bool = False
    multiple: int = 1
    largest: int = 128

    def __str__(self):
        """A list such as "32x32, 64x64 or 128x128"."""
        if self.multiple > 1:
            return f"any size whose sides are multiples of {self.multiple}"
        *most, last = [f"{side}x{side}" for side in self.sides] or ["any size"]
        return f"{', '.join(most)} or {last}" if most else last

    def __contains__(self, size) -> bool:
        """Whether (height, width) is supported."""
        short, long = sorted(size)
        if not self.sides:
            return all(side % self.multiple == 0 for side in size)
        fits = short == long or (self.rectangles and long % (short // 4) == 0)
        return short in self.sides and fits

    def nearest(self, own) -> Size:
        """The size to use for images of a given size: the smallest that holds them, or the largest.

        Args:
          own: (height, width) of the images. Their proportions are kept as far as they are
            supported.
        """
        short, long = sorted(own)
        if not self.sides:
            factor = min(1, self.largest / short) / self.multiple
            return Size(*(max(1, round(side * factor)) * self.multiple for side in own))
        side = next((side for side in self.sides if side >= short), self.sides[-1])
        if not self.rectangles:
            return Size(side, side)
        step = side // 4
        longer = max(side, round(long * side / (short * step)) * step)
        return Size(side, longer) if own[0] == short else Size(longer, side)


USUAL = Sizes((32, 64, 128))
