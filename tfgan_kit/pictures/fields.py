"""Fields as pictures: what is no image, too, in a form that one can look at."""

import colorsys

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.pictures.images import alike

_COLOURS = 256
_GOLDEN = 0.61803399  # of a turn: the hues of neighbouring numbers are far apart


def _palette():
    """Colours for ids, uint8 (256, 3): id 0, mostly the background, is dark."""
    values = (1.0, 0.6, 0.8)
    colours = [
        colorsys.hsv_to_rgb(_GOLDEN * k % 1, 0.4 + 0.6 * (k % 2), values[k % 3])
        for k in range(_COLOURS)
    ]
    palette = np.rint(255 * np.array(colours)).astype(np.uint8)
    palette[0] = 32
    return palette


PALETTE = _palette()


def as_seen(field: Field, values) -> np.ndarray:
    """Returns a batch of a field with a height and a width as 8-bit images.

    Args:
      field: an image; ids, which get the colours of `PALETTE`, over and over beyond 256, and black
        where they are negative, which means unknown; or a mask, which becomes black and white.
      values: array (n, *field.shape).

    Returns:
      uint8 (n, height, width, channels), channels being those of an image, 3 for ids and 1 for
      masks.
    """
    values = np.asarray(values)
    if field.kind == "ids":
        return np.where(values[..., None] < 0, np.uint8(0), PALETTE[values % _COLOURS])
    if field.kind == "mask":
        return np.where(values, np.uint8(255), np.uint8(0))
    return as_pictures(field, values)


def beside(fields: dict[str, Field], batch: dict[str, np.ndarray]) -> np.ndarray:
    """Puts the fields of each example that have a height and a width beside each other.

    Args:
      fields: what is in the batch, by name.
      batch: a value for each.

    Returns:
      uint8 (n, height, k * width, 1 or 3) for k such fields, in their order.
    """
    seen = [as_seen(field, batch[name]) for name, field in fields.items() if field.has_size]
    return seen[0] if len(seen) == 1 else np.concatenate(alike(seen), axis=2)
