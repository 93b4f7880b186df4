"""The embedded data set: digits drawn with OpenCV's vector fonts, in several styles.

It needs no files. Because every style of a digit can be drawn, the true pairs of two domains are
known: example i shows the same digit under the same affine map in every style. Training never uses
this; the metrics do.
"""

import functools
from typing import NamedTuple

import cv2
import numpy as np

from data.drawn import glyph_styles
from data.drawn.glyph_styles import COUNTS
from data.image_source import ImageSource
from tfgan_kit.errors import UserError, suggest

SIZES = (16, 256)
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)
_FIRST_SERIF = 4
# Stroke widths and the digit's height at scale 1, in shares of the image's side.
_STROKES = (4 / 64, 5 / 64, 6 / 64, 7 / 64, 8 / 64, 9 / 64)
_SERIF_STROKES = 4  # the fonts with serifs are built of several strokes: wider ones fill the holes
_HEIGHT = 0.64


class Poses(NamedTuple):
    """The digits of a split and how they are drawn; lengths are fractions of the image's side.

    Attributes:
      labels: the digit, int64 (n,).
      fonts, strokes: indices into the fonts and stroke widths, (n,).
      maps: linear part of the affine map of the upright, centred digit, (n, 2, 2); x right, y down.
      shifts: its translation, (n, 2).
      ink: brightness of the stroke, uint8 (n,).
      grain: offset of the crop of the noise field, (n, 2) in [0, 256).
    """

    labels: np.ndarray
    fonts: np.ndarray
    strokes: np.ndarray
    maps: np.ndarray
    shifts: np.ndarray
    ink: np.ndarray
    grain: np.ndarray


def check_drawn(name: str, split: str, size: int) -> None:
    """Raises UserError if a drawn set has no such split, or none of that side in pixels.

    Args:
      name: of the set, for the message.
      split, size: what is asked for.
    """
    if split not in COUNTS:
        raise UserError(f"{name} has no split {split!r}; choose from {', '.join(COUNTS)}")
    if not SIZES[0] <= size <= SIZES[1]:
        raise UserError(f"{name} is drawn at {SIZES[0]} to {SIZES[1]} pixels, not at {size}")


@functools.cache
def poses(split: str) -> Poses:
    """Returns the poses of all examples of a split; the splits are drawn from disjoint streams.

    Each quantity is drawn once for the whole split: 60,000 random generators would take longer than
    drawing the digits.
    """
    rng = np.random.default_rng((0x61C, list(COUNTS).index(split)))
    n = COUNTS[split]
    angle = np.radians(rng.normal(0, 8, n).clip(-20, 20))
    scale = rng.uniform(0.82, 1.12, n)
    aspect = rng.uniform(0.85, 1.2, n)
    shear = rng.normal(0.08, 0.15, n).clip(-0.3, 0.4)
    cos, sin = np.cos(angle), np.sin(angle)
    rotation = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    # The upper half of a digit leans right for positive shear, as in handwriting (y points down).
    stretch = np.zeros((n, 2, 2))
    stretch[:, 0, 0] = scale * aspect
    stretch[:, 0, 1] = -shear * scale
    stretch[:, 1, 1] = scale
    fonts = rng.integers(0, len(_FONTS), n)
    widest = np.where(fonts < _FIRST_SERIF, len(_STROKES), _SERIF_STROKES)
    return Poses(
        labels=rng.integers(0, 10, n),
        fonts=fonts,
        strokes=rng.integers(0, widest),
        maps=rotation @ stretch,
        shifts=rng.normal(0, 0.025, (n, 2)).clip(-0.06, 0.06),
        ink=rng.integers(215, 256, n).astype(np.uint8),
        grain=rng.integers(0, 256, (n, 2)),
    )


@functools.cache
def _template(digit: int, font: int, stroke: int, side: int) -> np.ndarray:
    """Draws one upright digit, white on black, centred in a square of `side` pixels."""
    # An anti-aliased line comes out one pixel wider than asked for.
    text, thickness = str(digit), round(_STROKES[stroke] * side) - 1
    (_, unit_height), _ = cv2.getTextSize("0", _FONTS[font], 1.0, 1)
    scale = _HEIGHT * side / unit_height
    origin = np.array([0.3 * side, 0.75 * side])
    for _ in range(2):  # The first drawing is measured; the second one is centred.
        canvas = np.zeros((side, side), np.uint8)
        at = tuple(int(v) for v in origin.round())
        cv2.putText(canvas, text, at, _FONTS[font], scale, 255, thickness, cv2.LINE_AA)
        left, top, width, height = cv2.boundingRect(canvas)
        origin += (side - 2 * np.array([left, top]) - [width, height]) / 2
    return canvas


@functools.cache
def _noise() -> np.ndarray:
    """Returns a field of multipliers (x 1/255) that gives strokes a slight grain."""
    rng = np.random.default_rng(0x61C)
    field = 255 - np.abs(rng.normal(0, 8, (512, 512)))
    return field.clip(0, 255).astype(np.uint8)


def draw(
    split: str,
    index: int,
    size: int,
    digit: int | None = None,
    aside: float = 0.0,
):
    """Draws one example, white on black, uint8 (size, size).

    Args:
      split: "train" or "test".
      index: index of the example.
      size: side in pixels.
      digit: digit to draw instead of the example's own.
      aside: shift to the right along the digit's base line, as a fraction of the side at scale 1.
    """
    pose = poses(split)
    # Twice the size, then averaged in 2x2 cells: smooth edges without the cost of a finer canvas.
    side = 2 * size
    template_side = max(64, side)
    digit = int(pose.labels[index]) if digit is None else digit
    font, stroke = int(pose.fonts[index]), int(pose.strokes[index])
    template = _template(digit, font, stroke, template_side)
    (a, b), (c, d) = pose.maps[index].tolist()
    dx, dy = pose.shifts[index].tolist()
    dx, dy = dx + aside * a, dy + aside * c
    # Pixel centres: the middle of a canvas of s pixels is at (s - 1) / 2.
    r, mid, out = side / template_side, (template_side - 1) / 2, (side - 1) / 2
    matrix = np.array(
        [
            [a * r, b * r, out + dx * side - (a + b) * r * mid],
            [c * r, d * r, out + dy * side - (c + d) * r * mid],
        ]
    )
    drawn = cv2.warpAffine(template, matrix, (side, side), flags=cv2.INTER_LINEAR)
    drawn = cv2.resize(drawn, (size, size), interpolation=cv2.INTER_AREA)
    x, y = pose.grain[index].tolist()
    grain = _noise()[y : y + size, x : x + size]
    return cv2.multiply(drawn, grain, scale=float(pose.ink[index]) / 255**2)


class Glyphs(ImageSource):
    """Digits 0 to 9; see `STYLES` for the styles.

    Args:
      style: one of `STYLES`.
      split: "train" (60,000 examples) or "test" (10,000), drawn from disjoint streams.
      size: side in pixels, 16 to 256.
      name: of the set, where it is not the style's.
    """

    classes = tuple("0123456789")

    def __init__(
        self,
        style: str = "plain",
        split: str = "train",
        size: int = 32,
        name: str | None = None,
    ):
        if style not in glyph_styles.STYLES:
            raise UserError(
                f"glyphs have no style {style!r}{suggest(style, glyph_styles.STYLES)} "
                f"(choose from {', '.join(glyph_styles.STYLES)})"
            )
        check_drawn("glyphs", split, size)
        self.name = name or ("glyphs" if style == "plain" else f"glyphs-{style}")
        self._style, self._split, self._size = style, split, size
        self._render = glyph_styles.STYLES[style]
        self.shape = (size, size, 3 if style in glyph_styles.COLOURED else 1)

    def __len__(self):
        return COUNTS[self._split]

    def example(self, index):
        """Returns the drawn digit and its value."""
        drawer = functools.partial(draw, self._split, index, self._size)
        label = int(poses(self._split).labels[index])
        return self._render(drawer, self._split, index), label

    def labels(self):
        """Returns the digits of all examples."""
        return poses(self._split).labels

    def at_size(self, size):
        """Returns the same digits in squares that contain `size`, within the limits of drawing."""
        side = min(max(*size, SIZES[0]), SIZES[1])
        return Glyphs(self._style, self._split, side, self.name)


def open(argument: str, *, data_dir: str | None, split: str, **given) -> Glyphs:
    """Opens the embedded digits; `argument` is the style, "" meaning plain; see `Glyphs`."""
    return Glyphs(argument or "plain", split, **given)
