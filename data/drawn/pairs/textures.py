"""Outlines, textures, and the digit filled with the texture (Xian 2018)."""

from typing import NamedTuple

import cv2
import numpy as np

from data.drawn.glyphs import draw
from data.drawn.pairs.drawn_pairs import DrawnPairs, digit_field
from data.drawn.pairs.outlines import HALF, blend, bold, opaque, outline
from tfgan_kit.fields import image_field, mask_field

KINDS = ("stripes", "dots", "checks")
# The ranges from which textures of the splits are drawn: those of test lie between those of
# train, so that none of its textures occurs in training, but all can be interpolated.
ANGLES = {"train": ((0, 30), (60, 120), (150, 180)), "test": ((30, 60), (120, 150))}
# As fractions of the side.
PERIODS = {"train": ((0.12, 0.17), (0.22, 0.3)), "test": ((0.17, 0.22),)}
HUES = {"train": ((0, 150), (240, 360)), "test": ((150, 240),)}
_BOLD = 0.06


class Texture(NamedTuple):
    """A pattern that repeats in the plane.

    Attributes:
      kind: one of `KINDS`.
      angle: angle of the pattern's first axis, in degrees.
      period: length of a period, as a fraction of the side.
      phases: offsets along the two axes, in periods.
      colours: bright and dark colour, float32 (2, 3), RGB in [0, 255].
    """

    kind: str
    angle: float
    period: float
    phases: tuple[float, float]
    colours: np.ndarray


def drawn_texture(rng: np.random.Generator, split: str) -> Texture:
    """Draws a texture from the ranges of a split."""
    hues = [_within(rng, HUES[split]) for _ in range(2)]
    saturations, values = rng.uniform(0.5, 1, 2), (rng.uniform(0.8, 1), rng.uniform(0.15, 0.45))
    hsv = np.stack([hues, saturations, values], -1).astype(np.float32)
    return Texture(
        KINDS[rng.integers(len(KINDS))],
        _within(rng, ANGLES[split]),
        _within(rng, PERIODS[split]),
        tuple(rng.random(2)),
        cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0] * 255,
    )


def render(texture: Texture, size: int) -> np.ndarray:
    """Fills a square with a texture; uint8 (size, size, 3)."""
    axis = np.arange(size, dtype=np.float32) + 0.5
    pixels = texture.period * size
    cos, sin = np.cos(np.radians(texture.angle)), np.sin(np.radians(texture.angle))
    turn = np.float32(2 * np.pi)
    u, v = (
        np.cos(turn * ((along * axis + down * axis[:, None]) / pixels + phase))
        for (along, down), phase in zip(((cos, sin), (-sin, cos)), texture.phases, strict=True)
    )
    wave = {"stripes": u, "checks": u * v, "dots": u + v - 0.6}[texture.kind]
    # A wave changes by 2 pi / period per pixel where it crosses 0, so edges are one pixel wide.
    share = (0.5 + wave * np.float32(pixels / (2 * np.pi))).clip(0, 1)[..., None]
    bright, dark = texture.colours
    return np.rint(dark + (bright - dark) * share).astype(np.uint8)


def _within(rng, ranges):
    """Draws a number uniformly from the union of several ranges."""
    lengths = np.array([high - low for low, high in ranges])
    low, high = ranges[rng.choice(len(ranges), p=lengths / lengths.sum())]
    return rng.uniform(low, high)


class Textures(DrawnPairs):
    """Fields "input", "texture", "segments", "target" and "label".

    The input is the outline of a bold digit, dark on white; the texture fills the whole image, and
    in the target the digit, on white, with the pattern in the same place. "segments" is the mask of
    the digit. The split "test" has textures from ranges that "train" omits: external textures.
    """

    name, stream = "glyph_textures", 0x7E47

    def _described(self, size):
        return {
            "input": image_field((*size, 1)),
            "texture": image_field((*size, 3)),
            "segments": mask_field((*size, 1)),
            "target": image_field((*size, 3)),
            "label": digit_field(),
        }

    def read(self, index):
        """See `Source.read`."""
        cover = bold(opaque(draw(self._split, index, self._size)), _BOLD)
        texture = render(drawn_texture(self._draws(index), self._split), self._size)
        return {
            "input": outline(cover),
            "texture": texture,
            "segments": (cover >= HALF).astype(np.uint8)[..., None],
            "target": blend(np.float32(255), texture.astype(np.float32), cover),
            "label": int(self.labels()[index]),
        }


def open(argument: str, *, data_dir: str | None, split: str) -> Textures:
    """Opens the set; nothing is read from disk."""
    return Textures(split)
