"""Deterministic transforms of an image: fitting it to a size, and known domain transforms.

All take and return images (height, width, channels), with colours in RGB order. OpenCV drops a last
axis of length one; the functions here restore it.
"""

import cv2
import numpy as np

_BOX = np.ones((3, 3), np.uint8)
_MOST = 4  # Channels of which OpenCV averages areas.


def to_channels(image: np.ndarray, channels: int) -> np.ndarray:
    """Returns the image with 1 (luma, ITU-R BT.601) or 3 (RGB) channels.

    Raises:
      ValueError: if there is no conversion from its number of channels.
    """
    if image.shape[-1] == channels:
        return image
    if {image.shape[-1], channels} != {1, 3}:
        raise ValueError(f"{image.shape[-1]} channels cannot become {channels}")
    if channels == 1:
        return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)


def resize(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scales to (height, width): area averaging when shrinking, cubic when growing."""
    height, width = size
    if image.shape[:2] == (height, width):
        return image
    shrinks = height * width < image.shape[0] * image.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    if image.shape[2] > _MOST:
        starts = range(0, image.shape[2], _MOST)
        return np.concatenate([resize(image[..., k : k + _MOST], size) for k in starts], axis=-1)
    return cv2.resize(image, (width, height), interpolation=way).reshape(height, width, -1)


def nearest(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scales to (height, width) with nearest-neighbour interpolation at pixel centres."""
    places = [
        ((np.arange(new) + 0.5) * (old / new)).astype(int)
        for new, old in zip(size, values.shape, strict=False)
    ]
    return values[np.ix_(*places)]


def place(values: np.ndarray, size: tuple[int, int], how: str, scale, fill) -> np.ndarray:
    """Fits an array with a height and a width to a size.

    Args:
      values: (height, width, ...).
      size: the new (height, width).
      how: "crop" takes the largest centred window of the size's proportions, "pad" centres the
        whole array and fills the borders, "stretch" changes the proportions.
      scale: function (values, size) -> scaled values.
      fill: value of the borders.
    """
    height, width = values.shape[:2]
    if height * size[1] == width * size[0] or how == "stretch":
        return scale(values, size)
    # One of the two sides is kept; the other is cropped or padded.
    rows, columns = round(width * size[0] / size[1]), round(height * size[1] / size[0])
    if how == "crop":
        rows, columns = max(1, min(height, rows)), max(1, min(width, columns))
        top, left = (height - rows) // 2, (width - columns) // 2
        return scale(values[top : top + rows, left : left + columns], size)
    share = min(size[0] / height, size[1] / width)
    inner = tuple(max(1, round(side * share)) for side in (height, width))
    top, left = ((outer - side) // 2 for outer, side in zip(size, inner, strict=True))
    placed = np.full((*size, *values.shape[2:]), fill, values.dtype)
    placed[top : top + inner[0], left : left + inner[1]] = scale(values, inner)
    return placed


def fit(
    image: np.ndarray, size: tuple[int, int], channels: int, how: str = "crop", fill=0
) -> np.ndarray:
    """Fits an image to (height, width), see `place`, and converts it to `channels`."""
    return to_channels(place(image, size, how, resize, fill), channels)


def edge(image: np.ndarray) -> np.ndarray:
    """Returns the outer edge: 3x3 dilation minus the image (CoGAN's edge domain)."""
    return cv2.dilate(image, _BOX).reshape(image.shape) - image


def negative(image: np.ndarray) -> np.ndarray:
    """Returns 255 - x."""
    return 255 - image


def rotate(image: np.ndarray) -> np.ndarray:
    """Returns the image rotated by 90 degrees, counterclockwise."""
    return np.ascontiguousarray(np.rot90(image))


TRANSFORMS = {"edge": edge, "negative": negative, "rotate": rotate}
