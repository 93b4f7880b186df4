"""The channels of the networks that grow."""

from nets.blocks import scaled
from nets.progressive.sizes import SIZES

_BASE, _MOST = 8192, 512


def channels_at(side: int, width: float = 1.0) -> int:
    """The channels of the maps of a resolution.

    Args:
      side: one of `SIZES`.
      width: factor on all channels. 1 gives the published networks; 1/4 and 1/8 are for one GPU and
        for checks on a CPU.

    Returns:
      min(8192 / 2^(log2 side - 1), 512) times the width, at least 1: 512 up to 32x32, then half as
      many with each doubling.
    """
    return scaled(min(_BASE >> (SIZES.sides.index(side) + 1), _MOST), width)
