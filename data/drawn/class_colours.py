"""The colours of a digit that depend on its class: ten hues, each on a dark opposite.

In one of the three channels, the ink has 255 and the ground 0. In this channel, a coloured digit is
bit for bit equal to its white-on-black drawing, so that the colour image contains the exact shape.
"""

import colorsys

import numpy as np

_INK_SATURATION, _GROUND_VALUE = 0.85, 0.4


def _rgb(hue, saturation, value):
    return np.round(255 * np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value)))


# uint8 (10, 3), by digit.
INKS = np.array([_rgb(k / 10, _INK_SATURATION, 1) for k in range(10)], np.uint8)
GROUNDS = np.array([_rgb(k / 10 + 0.5, 1, _GROUND_VALUE) for k in range(10)], np.uint8)

# For a digit and the coverage of a pixel in [0, 255], its colour: uint8 (10, 256, 3).
_share = np.arange(256)[:, None] / 255
COLOURS = np.rint(
    GROUNDS[:, None] + (INKS[:, None].astype(float) - GROUNDS[:, None]) * _share
).astype(np.uint8)


def coloured(digit: int, cover: np.ndarray) -> np.ndarray:
    """Colours a drawing, uint8 (height, width), by its class; returns uint8 (height, width, 3)."""
    return COLOURS[digit].take(cover, axis=0)
