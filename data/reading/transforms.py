"""Deterministic transforms of one image: fitting it to a size, and the known domain transforms.

All take and return uint8 images (height, width, 1 or 3) in RGB order. OpenCV drops a last axis of
length one; every function here puts it back.
"""

import cv2
import numpy as np

_BOX = np.ones((3, 3), np.uint8)


def network_size(native: int) -> int:
    """Returns the size networks are built for: the smallest of 32, 64, 128 that holds `native`."""
    return next((size for size in (32, 64, 128) if size >= native), 128)


def to_channels(image: np.ndarray, channels: int) -> np.ndarray:
    """Returns the image with 1 (luma, ITU-R BT.601) or 3 (RGB) channels."""
    if image.shape[-1] == channels:
        return image
    if channels == 1:
        return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)


def centre_square(image: np.ndarray) -> np.ndarray:
    """Returns the largest centred square of the image, as a view."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def resize(image: np.ndarray, size: int) -> np.ndarray:
    """Scales a square image to `size`: pixel areas averaged when shrinking, cubic when growing."""
    if image.shape[0] == size:
        return image
    way = cv2.INTER_AREA if size < image.shape[0] else cv2.INTER_CUBIC
    return cv2.resize(image, (size, size), interpolation=way).reshape(size, size, -1)


def fit(image: np.ndarray, size: int, channels: int) -> np.ndarray:
    """Crops to the centred square, scales to `size`, converts to `channels`."""
    return to_channels(resize(centre_square(image), size), channels)


def edge(image: np.ndarray) -> np.ndarray:
    """Returns the outer edge: 3x3 dilation minus the image (CoGAN's edge domain)."""
    return cv2.dilate(image, _BOX).reshape(image.shape) - image


def negative(image: np.ndarray) -> np.ndarray:
    """Returns 255 - x."""
    return 255 - image


def rotate(image: np.ndarray) -> np.ndarray:
    """Returns the image turned by 90 degrees, counterclockwise."""
    return np.ascontiguousarray(np.rot90(image))


TRANSFORMS = {"edge": edge, "negative": negative, "rotate": rotate}
