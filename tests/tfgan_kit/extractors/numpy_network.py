"""Layers in numpy, from their definitions."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def convolve(x, kernel, stride=1, padding=(0, 0)):
    """padding: of height and width, on each side."""
    (high, wide), (rows, columns) = kernel.shape[:2], padding
    x = np.pad(x, ((0, 0), (rows, rows), (columns, columns), (0, 0)))
    windows = sliding_window_view(x, (high, wide), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nhwcij,ijco->nhwo", windows, kernel, optimize=True)


def pool(x, how, stride=1, padding=0):
    """3x3; `how` ignores NaN, which pads."""
    pads = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    x = np.pad(x, pads, constant_values=np.nan)
    windows = sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    return how(windows, axis=(-2, -1))


def halve(x):
    return pool(x, np.nanmax, stride=2)
