"""The styles of the embedded data set of drawn digits.

A style is a function `style(draw, split, index) -> uint8 (size, size, 1 or 3)`, where `draw()`
returns the digit in white on black, (size, size), and `draw(digit, aside)` another digit beside it.
All styles of an example share its digit and affine map; colours come from a separate stream.
"""

import functools
from typing import NamedTuple

import cv2
import numpy as np

from data.reading import transforms

COUNTS = {"train": 60_000, "test": 10_000}


class Looks(NamedTuple):
    """Colours and backgrounds of the examples of a split. Colours are float32 RGB in [0, 255].

    Attributes:
      bright, dark: ink and ground of the colour style, (n, 3).
      ink: ink of the street style, (n, 3).
      ground: two ends of the street's ground gradient, (n, 2, 3).
      slope: direction and strength of that gradient, (n, 2).
      beside: digits to the left and right, -1 for none, (n, 2).
      gap: distance of their centres, as a fraction of the side at scale 1, (n,).
      blur: standard deviation of the blur, as a fraction of the side, (n,).
      grain: offset of the crop of the noise field, (n, 2) in [0, 256).
    """

    bright: np.ndarray
    dark: np.ndarray
    ink: np.ndarray
    ground: np.ndarray
    slope: np.ndarray
    beside: np.ndarray
    gap: np.ndarray
    blur: np.ndarray
    grain: np.ndarray


def _tinted(rng, luma, strength):
    """Returns colours (..., 3) of the given luma in [0, 255], with random tints."""
    tint = rng.normal(0, strength, (*luma.shape, 3))
    tint -= (tint @ [0.299, 0.587, 0.114])[..., None]
    return (luma[..., None] + tint).clip(0, 255).astype(np.float32)


def hues(rng, n, saturation, value):
    """Returns colours (n, 3) of any hue, with saturation and value drawn from the given ranges."""
    hsv = np.stack(
        [rng.uniform(0, 360, n), rng.uniform(*saturation, n), rng.uniform(*value, n)], -1
    )
    return cv2.cvtColor(hsv.astype(np.float32)[None], cv2.COLOR_HSV2RGB)[0] * 255


@functools.cache
def looks(split: str) -> Looks:
    """Returns the looks of all examples of a split."""
    rng = np.random.default_rng((0xC0107, list(COUNTS).index(split)))
    n = COUNTS[split]
    ground = rng.uniform(30, 225, n)
    contrast = rng.uniform(70, 150, n)
    # Towards the side with more room, so that clipping never reduces the contrast.
    ink = np.where(ground < 127.5, ground + contrast, ground - contrast)
    drift = rng.uniform(-50, 50, n)
    angle = rng.uniform(0, 2 * np.pi, n)
    tinted = _tinted(rng, ground, 30)
    return Looks(
        bright=hues(rng, n, (0.45, 1.0), (0.75, 1.0)),
        dark=hues(rng, n, (0.3, 1.0), (0.03, 0.25)),
        ink=_tinted(rng, ink, 30),
        ground=np.stack([tinted, _tinted(rng, ground + drift, 15) * 0.5 + tinted * 0.5], 1),
        slope=np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32),
        beside=np.where(rng.random((n, 2)) < 0.7, rng.integers(0, 10, (n, 2)), -1),
        gap=rng.uniform(0.5, 0.6, n),
        blur=rng.uniform(0.008, 0.032, n),
        grain=rng.integers(0, 256, (n, 2)),
    )


@functools.cache
def _noise():
    """Returns a field of sensor noise, float32 (512, 512, 3), standard deviation 4."""
    return np.random.default_rng(0xC0107).normal(0, 4, (512, 512, 3)).astype(np.float32)


def _blend(ground, ink, cover):
    """Returns ground + (ink - ground) * cover / 255 for cover (size, size) in [0, 255]."""
    return ground + (ink - ground) * (cover[..., None] * np.float32(1 / 255))


def _plain(draw, split, index):
    return draw()[..., None]


def _transformed(name, draw, split, index):
    return transforms.TRANSFORMS[name](draw()[..., None])


def _color(draw, split, index):
    look = looks(split)
    return _blend(look.dark[index], look.bright[index], draw()).astype(np.uint8)


def _street(draw, split, index):
    look = looks(split)
    cover = draw()
    for digit, side in zip(look.beside[index].tolist(), (-1, 1), strict=True):
        if digit >= 0:
            cover = np.maximum(cover, draw(digit, side * float(look.gap[index])))
    size = len(cover)
    axis = np.linspace(-0.5, 0.5, size, dtype=np.float32)
    along, down = look.slope[index]
    ramp = (0.5 + along * axis + down * axis[:, None])[..., None]
    start, end = look.ground[index]
    image = _blend(start + (end - start) * ramp, look.ink[index], cover)
    image = cv2.GaussianBlur(image, (0, 0), float(look.blur[index]) * size)
    x, y = look.grain[index].tolist()
    image += _noise()[y : y + size, x : x + size]
    return image.clip(0, 255).astype(np.uint8)


STYLES = {
    "plain": _plain,
    **{name: functools.partial(_transformed, name) for name in transforms.TRANSFORMS},
    "color": _color,
    "street": _street,
}
COLOURED = ("color", "street")
