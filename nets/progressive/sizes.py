"""The resolutions of the networks that grow. Importing this module imports nothing heavy."""

from tfgan_kit.settings.size import Sizes

SIZES = Sizes((4, 8, 16, 32, 64, 128, 256, 512, 1024))
SMALLEST = SIZES.sides[0]


def sides_between(first: int, last: int) -> list[int]:
    """The resolutions above `first`, each twice the one before it, up to `last`."""
    return [side for side in SIZES.sides if first < side <= last]
