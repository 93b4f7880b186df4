"""Whether a network that paints sketches obeys the colours of strokes."""

from collections.abc import Callable

import numpy as np

from tfgan_kit.metrics.images.errors import l1
from tfgan_kit.metrics.images.strokes import obeyed

_CHANGED = (1, 2, 0)  # Red becomes what was green, green what was blue, blue what was red.


class StrokeMeasures:
    """Adds up batches.

    "stroke_error" is the error to the colours of the strokes, in percent of the range, in strokes
    that have the colours of the truth. "strokes_obeyed" asks for other colours in the same strokes,
    with the channels exchanged, which a network can only know from the strokes; see
    `tfgan_kit.metrics.images.strokes`.
    """

    def __init__(self):
        self._errors, self._nearer, self._telling = [], 0.0, 0.0

    def add(self, paint: Callable, given: dict) -> None:
        """Adds a batch.

        Args:
          paint: function from strokes, as they are given, to images, float (n, height, width, 3).
          given: "strokes" -> float (n, height, width, 4) in [-1, 1], with alpha.
        """
        strokes = given["strokes"]
        colours, mask = strokes[..., :3], strokes[..., 3:] > 0
        some = mask.any((1, 2, 3))
        if not some.any():
            return
        images = paint(strokes)
        self._errors.append(l1(images[some], colours[some], mask[some]))
        other = np.where(mask, colours[..., _CHANGED], 0).astype(np.float32)
        images = paint(np.concatenate([other, strokes[..., 3:]], -1))
        nearer, telling = obeyed(images, other, colours, mask)
        self._nearer, self._telling = self._nearer + nearer.sum(), self._telling + telling.sum()

    def means(self) -> dict[str, float]:
        """The measures by name, without those that no stroke tells."""
        found = {}
        if self._errors:
            found["stroke_error"] = float(np.concatenate(self._errors).mean())
        if self._telling:
            found["strokes_obeyed"] = float(self._nearer / self._telling)
        return found
