"""Random augmentation of training examples, redrawn each time an example is shown.

Each augmentation is a function (size, strength, rng), where size is the (height, width) of all
fields of an example. It draws its random numbers once per example and returns a function (values,
field) -> values of the same shape, which is applied to each field. All randomness comes from `rng`.
Geometric augmentations apply to all of them, with nearest-neighbour sampling for all but images,
so that labels and depths are never mixed; colour augmentations apply only to images. Uncovered
areas are filled by reflection.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

from tfgan_kit.errors import UserError, suggest


def _flip(size, strength, rng):
    flipped = rng.random() < strength
    return lambda values, field: values[:, ::-1] if flipped else values


def _crop(size, strength, rng):
    import cv2

    from data.reading.transforms import nearest

    height, width = size
    share = rng.uniform(strength, 1.0)
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)

    def change(values, field):
        window = values[top : top + rows, left : left + columns]
        if field.kind != "image":
            return nearest(window, size)
        return cv2.resize(window, (width, height), interpolation=cv2.INTER_LINEAR)

    return change


def _jitter(size, strength, rng):
    import cv2

    from data.reading.transforms import nearest

    height, width = size
    rows, columns = round(height * strength), round(width * strength)
    top, left = rng.integers(rows - height + 1), rng.integers(columns - width + 1)

    def change(values, field):
        window = slice(top, top + height), slice(left, left + width)
        if field.kind != "image":
            return nearest(values, (rows, columns))[window]
        window = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_CUBIC)[window]
        # Cubic interpolation overshoots; integers stop at the ends of their type by themselves.
        return window.clip(*field.range) if field.dtype == "float32" else window

    return change


def _warp(matrix):
    import cv2

    def change(values, field):
        way = cv2.INTER_LINEAR if field.kind == "image" else cv2.INTER_NEAREST
        size = values.shape[1::-1]
        return cv2.warpAffine(values, matrix, size, flags=way, borderMode=cv2.BORDER_REFLECT_101)

    return change


def _rotation(size, strength, rng):
    import cv2

    height, width = size
    centre = ((width - 1) / 2, (height - 1) / 2)
    return _warp(cv2.getRotationMatrix2D(centre, rng.uniform(-strength, strength), 1.0))


def _translation(size, strength, rng):
    import numpy as np

    dy, dx = rng.uniform(-strength, strength, 2) * size
    return _warp(np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]]))


def _color(size, strength, rng):
    import numpy as np

    brightness, contrast, saturation = rng.uniform(-strength, strength, 3)

    def change(values, field):
        if field.kind != "image":
            return values
        low, high = field.range
        changed = values.astype(np.float32)
        gray = changed.mean(axis=-1, keepdims=True)
        changed = gray + (changed - gray) * (1 + saturation)
        mean = changed.mean()
        changed = mean + (changed - mean) * (1 + contrast) + (high - low) * brightness
        return _as_type(changed, field)

    return change


def _cutout(size, strength, rng):
    height, width = size
    rows, columns = round(height * strength), round(width * strength)
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)

    def change(values, field):
        if field.kind != "image":
            return values
        values = values.copy()
        # For bytes, 127: 127.5 truncated.
        values[top : top + rows, left : left + columns] = sum(field.range) / 2
        return values

    return change


def _as_type(values, field):
    import numpy as np

    if np.issubdtype(field.dtype, np.integer):
        values = np.rint(values)
    return values.clip(*field.range).astype(field.dtype)


class Augmentation(NamedTuple):
    """One kind of augmentation: its function, its default strength and the range of strengths."""

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
    "jitter": Augmentation(
        _jitter, "scale up by this factor and cut a window of the size", 286 / 256, 1.0, 2.0
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
    """Turns specs such as "flip" or "rotation=15" into functions.

    Args:
      specs: strings NAME or NAME=STRENGTH; they are applied in this order. `AUGMENTATIONS` lists
        names, defaults and ranges.

    Returns:
      Functions (example, fields, rng) -> example, which take dictionaries of one example's values
      and of their `Field`s. Each draws its random numbers once for all fields.

    Raises:
      UserError: if a name is unknown, or a strength is not a number or out of range.
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


def parse_for(reader, specs) -> list[Callable]:
    """`parse`, for the examples of a reader.

    Raises:
      UserError: see `parse`; also if there are specs and the reader has points.
    """
    if specs and reader.is_points:
        raise UserError(f"{reader.name} holds points, which cannot be augmented: drop --augment")
    return parse(specs)


def augmented(functions, batch, fields, seed: int, n):
    """Augments each example of a batch, as a pure function of (seed, position in its stream).

    Args:
      functions: see `parse`.
      batch: name -> array (count, *shape) of a field.
      fields: name -> `Field`.
      seed: not negative.
      n: positions of the examples, int64 (count,).

    Returns:
      The augmented batch; the same batch if there are no functions.
    """
    import numpy as np

    if not functions:
        return batch
    examples = []
    for k, position in enumerate(n.tolist()):
        example = {name: values[k] for name, values in batch.items()}
        rng = np.random.Generator(np.random.Philox(key=[seed, position]))
        for function in functions:
            example = function(example, fields, rng)
        examples.append(example)
    return {name: np.stack([example[name] for example in examples]) for name in batch}


def _apply(function, strength, example, fields, rng):
    sized = {name: field for name, field in fields.items() if field.has_size}
    if not sized:
        return example
    change = function(next(iter(sized.values())).size, strength, rng)
    # OpenCV drops a last axis of length one.
    changed = {n: change(example[n], f).reshape(example[n].shape) for n, f in sized.items()}
    return example | changed
