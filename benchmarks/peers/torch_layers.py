"""Layers of the kit that PyTorch has not, or has otherwise; images are NCHW and mirrored."""

import torch
from torch import nn
from torch.nn import functional

_PRIME = 2**31 - 1


class Cut(nn.Module):
    """Drops the first row and column."""

    def forward(self, x):
        """Maps (batch, channels, height, width) to one less in height and width."""
        return x[:, :, 1:, 1:]


class Unflatten(nn.Module):
    """From (batch, channels * height * width) to a map in channels_last memory."""

    def __init__(self, height, width, channels):
        super().__init__()
        self.shape = (channels, height, width)

    def forward(self, x):
        """Maps (batch, n) to (batch, channels, height, width)."""
        return x.unflatten(1, self.shape).contiguous(memory_format=torch.channels_last)


class Rescaling(nn.Module):
    """x * scale + offset."""

    def __init__(self, scale, offset):
        super().__init__()
        self.scale, self.offset = scale, offset

    def forward(self, x):
        """Maps any shape to itself."""
        return x * self.scale + self.offset


class Concatenate(nn.Module):
    """Joins maps by their channels."""

    def forward(self, *maps):
        """Maps several (batch, channels, height, width) to one."""
        return torch.cat(maps, 1)


class Add(nn.Module):
    """The sum of two maps."""

    def forward(self, a, b):
        """Maps two equal shapes to the same."""
        return a + b


class NoiseDropout(nn.Module):
    """Dropout that is never off, with the kit's masks where seeds are given, else PyTorch's own.

    Args:
      rate: see `tfgan_kit.layers.NoiseDropout`.
      number: see there.
    """

    def __init__(self, rate, number):
        super().__init__()
        self.rate, self.number = rate, number

    def forward(self, x, seeds=None):
        """Maps (batch, channels, height, width) to itself; seeds are int64 (batch,)."""
        if seeds is None:
            return functional.dropout(x, self.rate, training=True)
        keys = _mixed(seeds % _PRIME * 1_013_904_223 + self.number * 747_796_405)
        channels, height, width = x.shape[1:]
        places = torch.arange(channels * height * width).reshape(height, width, channels)
        places = places.flip(0, 1).permute(2, 0, 1)
        draws = _mixed(places * 1_640_531_527 + keys[:, None, None, None])
        return torch.where(draws >= int(self.rate * _PRIME), x / (1 - self.rate), 0.0)


def _mixed(numbers):
    """The numbers of `tfgan_kit.layers.hashing.mixed`."""
    numbers = numbers % _PRIME
    for _ in range(3):
        numbers = (numbers * numbers + 1_181_783_497) % _PRIME
        numbers = (numbers * 1_640_531_527 + 1_013_904_223) % _PRIME
    return numbers
