"""Line drawings of the glyphs, dark on white paper, and glyphs bold enough to be filled."""

import cv2
import numpy as np

from data.reading import transforms

HALF = 128  # Smallest cover of a pixel that belongs to the digit.
_OPAQUE = 180  # Below the cover of strokes, which have a brightness of 215, less grain.


def opaque(cover: np.ndarray) -> np.ndarray:
    """Removes the brightness and the grain of the strokes from a drawing: cover becomes 255."""
    return cv2.convertScaleAbs(cover, alpha=255 / _OPAQUE)


def outline(cover: np.ndarray) -> np.ndarray:
    """The outer edge of a drawing, uint8 (height, width), as lines: (height, width, 1)."""
    return 255 - transforms.edge(cover[..., None])


def bold(cover: np.ndarray, radius: float) -> np.ndarray:
    """Widens the strokes of a drawing.

    Args:
      cover: the drawing, white on black, uint8 (size, size).
      radius: increase on each side, as a fraction of the image's side.
    """
    reach = max(1, round(radius * len(cover)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cv2.dilate(cover, disc)


def blend(ground, ink, cover: np.ndarray) -> np.ndarray:
    """Covers a ground with ink: ground + (ink - ground) cover / 255, rounded.

    Args:
      ground, ink: colours in [0, 255] that broadcast to (height, width, 3).
      cover: uint8 (height, width).
    """
    share = cover[..., None] * np.float32(1 / 255)
    return np.rint(ground + (ink - ground) * share).astype(np.uint8)
