"""Random changes of training images, drawn afresh each time an example is shown.

Each is a function (image uint8 (h, w, 1 or 3), strength, rng) -> image of the same shape, and all
its randomness comes from `rng`. Place uncovered by a motion is filled by reflection.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

from tfgan_kit.errors import UserError, suggest


def _flip(image, strength, rng):
    return image[:, ::-1] if rng.random() < strength else image


def _crop(image, strength, rng):
    import cv2

    height, width = image.shape[:2]
    share = rng.uniform(strength, 1.0)
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
    window = image[top : top + rows, left : left + columns]
    return cv2.resize(window, (width, height), interpolation=cv2.INTER_LINEAR)


def _warp(image, matrix):
    import cv2

    size = image.shape[1::-1]
    return cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REFLECT_101)


def _rotation(image, strength, rng):
    import cv2

    height, width = image.shape[:2]
    centre = ((width - 1) / 2, (height - 1) / 2)
    return _warp(image, cv2.getRotationMatrix2D(centre, rng.uniform(-strength, strength), 1.0))


def _translation(image, strength, rng):
    import numpy as np

    dy, dx = rng.uniform(-strength, strength, 2) * image.shape[:2]
    return _warp(image, np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]]))


def _color(image, strength, rng):
    import numpy as np

    brightness, contrast, saturation = rng.uniform(-strength, strength, 3)
    changed = image.astype(np.float32)
    gray = changed.mean(axis=-1, keepdims=True)
    changed = gray + (changed - gray) * (1 + saturation)
    mean = changed.mean()
    changed = mean + (changed - mean) * (1 + contrast) + 255 * brightness
    return np.rint(changed).clip(0, 255).astype(np.uint8)


def _cutout(image, strength, rng):
    height, width = image.shape[:2]
    rows, columns = round(height * strength), round(width * strength)
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
    image = image.copy()
    image[top : top + rows, left : left + columns] = 127
    return image


class Augmentation(NamedTuple):
    """One kind of change: what it does, its strength if none is given, and the range of that."""

    function: Callable
    description: str
    default: float
    low: float
    high: float


AUGMENTATIONS = {
    "flip": Augmentation(_flip, "mirror left to right with this probability", 0.5, 0.0, 1.0),
    "crop": Augmentation(
        _crop, "cut a window of this share of the side to the whole, and scale it up", 0.9, 0.1, 1.0
    ),
    "rotation": Augmentation(_rotation, "turn by up to this many degrees", 15.0, 0.0, 180.0),
    "translation": Augmentation(
        _translation, "shift by up to this share of the side, both ways", 0.1, 0.0, 0.5
    ),
    "color": Augmentation(
        _color, "change brightness, contrast and saturation by up to this share", 0.2, 0.0, 1.0
    ),
    "cutout": Augmentation(
        _cutout, "cover a square with this share of the side in mid gray", 0.25, 0.0, 1.0
    ),
}


def parse(specs) -> list[Callable]:
    """Turns specs such as "flip" or "rotation=15" into functions (image, rng) -> image.

    Args:
      specs: strings NAME or NAME=STRENGTH; they are applied in this order. `AUGMENTATIONS` has
        the names, defaults and ranges.

    Raises:
      UserError: unknown name, or a strength that is no number or out of range.
    """
    functions = []
    for spec in specs:
        name, has_value, text = spec.partition("=")
        if name not in AUGMENTATIONS:
            raise UserError(
                f"no augmentation {name!r}{suggest(name, AUGMENTATIONS)} "
                f"(choose from {', '.join(AUGMENTATIONS)})"
            )
        kind = AUGMENTATIONS[name]
        try:
            strength = float(text) if has_value else kind.default
        except ValueError:
            raise UserError(f"augmentation {spec!r}: {text!r} is not a number") from None
        if not kind.low <= strength <= kind.high:
            raise UserError(
                f"augmentation {spec!r}: {name} takes a number from {kind.low:g} to {kind.high:g}"
            )
        functions.append(functools.partial(_apply, kind.function, strength))
    return functions


def _apply(function, strength, image, rng):
    # OpenCV drops a last axis of length one.
    return function(image, strength, rng).reshape(image.shape)
