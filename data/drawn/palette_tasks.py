"""Drawn digits whose colours are tasks: a lightness that is seen, and two hues by the palette.

The lightness of a pixel comes from the digit of `glyphs`, a bright stroke on a darker ground; a and
b go from the ground's colour to the stroke's. All colours have one chroma, which is in the gamut of
sRGB at each hue and lightness, so that Lab is known exactly but for the rounding to 8 bits.
"""

import abc
import functools

import cv2
import numpy as np

from data.drawn.glyph_styles import COUNTS
from data.drawn.glyphs import draw, poses
from data.drawn.recolour import Recolour
from data.image_source import ImageSource

TRAINING, HELD_OUT = 200, 20  # Palettes; the last ones are meant to be held out.
CHROMA = 30.0
_GROUND, _STROKE = (50.0, 55.0), (68.0, 75.0)  # L is drawn between these for each example.
_APART = 60.0  # Degrees between the hues of a palette, at least.


def _ab(hues):
    """a and b of hues in degrees, float32 (..., 2)."""
    angle = np.radians(hues)
    return (CHROMA * np.stack([np.cos(angle), np.sin(angle)], -1)).astype(np.float32)


@functools.cache
def _drawn_palettes() -> np.ndarray:
    """a and b of the stroke and of the ground of each palette, float32 (220, 2, 2)."""
    rng = np.random.default_rng(0x9A1E)
    stroke = rng.uniform(0, 360, TRAINING + HELD_OUT)
    ground = stroke + rng.uniform(_APART, 360 - _APART, TRAINING + HELD_OUT)
    return _ab(np.stack([stroke, ground], -1))


@functools.cache
def _lightness(split: str) -> np.ndarray:
    """L of the stroke and of the ground of each example, float32 (n, 2)."""
    rng = np.random.default_rng((0x9A1F, list(COUNTS).index(split)))
    both = [rng.uniform(*limits, COUNTS[split]) for limits in (_STROKE, _GROUND)]
    return np.stack(both, -1).astype(np.float32)


@functools.cache
def _palette_of_each(split: str) -> np.ndarray:
    rng = np.random.default_rng((0x9A20, list(COUNTS).index(split)))
    return rng.integers(0, TRAINING + HELD_OUT, COUNTS[split])


class Palettes(Recolour):
    """Digits in colours that belong to their label, the palette; see `Recolour`."""

    @abc.abstractmethod
    def labels(self):
        """Returns the palettes of all examples, int64 (n,)."""

    @property
    @abc.abstractmethod
    def palettes(self) -> np.ndarray:
        """a and b of the stroke and of the ground of each palette, float32 (palettes, 2, 2)."""

    def lab(self, index: int, label: int) -> np.ndarray:
        """Returns CIE Lab of an example in any palette, float32 (size, size, 3)."""
        share = draw(self._split, index, self._size)[..., None] / np.float32(255)
        ends = np.concatenate([_lightness(self._split)[index][:, None], self.palettes[label]], 1)
        return share * ends[0] + (1 - share) * ends[1]

    def redrawn(self, index, label):
        """See `Recolour.redrawn`."""
        rgb = cv2.cvtColor(self.lab(index, label), cv2.COLOR_Lab2RGB)
        return np.rint(255 * rgb).clip(0, 255).astype(np.uint8)


class Hidden(Palettes):
    """A palette for each example that its lightness says nothing of."""

    name = "palette_tasks-hidden"
    classes = tuple(f"p{k:03}" for k in range(TRAINING + HELD_OUT))

    def labels(self):
        """See `Palettes.labels`."""
        return _palette_of_each(self._split)

    @property
    def palettes(self):
        """See `Palettes.palettes`."""
        return _drawn_palettes()


class Visible(Palettes):
    """A palette for each digit, so that the lightness shows it."""

    name = "palette_tasks-visible"
    classes = tuple("0123456789")
    _hues = np.arange(10) * 36.0
    palettes = _ab(np.stack([_hues, _hues + 180], -1))

    def labels(self):
        """Returns the digits of all examples, which are their palettes."""
        return poses(self._split).labels


_SETS = {"hidden": Hidden, "visible": Visible}


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens the palettes by "hidden" or "visible"."""
    return _SETS[argument](split)
