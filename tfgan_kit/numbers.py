"""Numbers in human-readable form."""

import math
import sys


def number(value) -> str:
    """A number with four significant digits and thousands separators; whole numbers in full."""
    if isinstance(value, int):
        return f"{value:,}"
    size = abs(value)
    if not math.isfinite(value):
        return str(value)
    if size and (size < 1e-3 or size >= 1e6):
        return f"{value:.2e}"
    return f"{value:,.0f}" if size >= 1000 else f"{value:.4g}"


def plain(value) -> str:
    """A number in at most ten characters, if it is not huge, for logs; whole numbers in full."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if 1e4 <= abs(value) < 1e10 else f"{value:.4g}"


def is_number(value) -> bool:
    """Whether a JSON value is a number that fits a float, finite or not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max


def short(value: float) -> float | None:
    """A number for a curve, or None if it is not finite.

    It has seven significant digits: with fewer, rounding twice could yield another last digit than
    in the tables, where `number` rounds once.
    """
    return float(f"{value:.7g}") if math.isfinite(value) else None


def size(count: int) -> str:
    """A number of bytes in readable form."""
    if count < 1e6:
        return f"{max(1, round(count / 1e3))} KB"
    return f"{count / 1e6:.1f} MB"
