"""Drawn stand-ins for crops of photographs: noise of all scales, regions, gratings, blobs."""

import functools

import cv2
import numpy as np

COUNT, SIDE = 64, 96


@functools.cache
def textures() -> tuple[np.ndarray, ...]:
    """Returns `COUNT` images, uint8 (SIDE, SIDE, 3), always the same."""
    return tuple(_texture(np.random.default_rng((0x7E47, index))) for index in range(COUNT))


def _texture(rng):
    """Draws a shaded ground with one or two kinds of structure and fine grain."""
    image = _colours(rng) + _contrast(rng, 15, 50) * _octaves(rng, 1.0)[..., None]
    for kind in rng.choice([_regions, _grating, _blobs], rng.integers(1, 3), replace=False):
        image = kind(rng, image)
    # Natural images have structure at every scale, mostly in brightness and a little in colour.
    image = image + _contrast(rng, 15, 40) * _octaves(rng, rng.uniform(0.5, 0.9))[..., None]
    image += np.stack([_octaves(rng, 0.8) for _ in range(3)], -1) * rng.uniform(3, 12)
    return image.clip(0, 255).astype(np.uint8)


def _colours(rng, count=()):
    """Returns colours (*count, 3) of any brightness and low saturation, as most objects have."""
    brightness = rng.uniform(30, 225, (*count, 1))
    return (brightness + rng.normal(0, 30, (*count, 3))).clip(0, 255)


def _contrast(rng, low, high):
    """Returns amplitudes of noise, float (3,), nearly equal in all three channels."""
    return rng.uniform(low, high) * rng.uniform(0.8, 1.2, 3)


def _octaves(rng, persistence):
    """Returns smooth noise (SIDE, SIDE) of deviation 1; `persistence` is the ratio of octaves."""
    field = np.zeros((SIDE, SIDE))
    for octave, cells in enumerate((3, 6, 12, 24, 48)):
        grid = rng.normal(0, 1, (cells, cells))
        large = cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        field += persistence**octave * large
    return (field - field.mean()) / field.std()


def _regions(rng, image):
    """Paints a region with a ragged border: a thing before its background."""
    inside = _octaves(rng, rng.uniform(0.3, 0.6)) > rng.uniform(-0.5, 0.5)
    cover = cv2.GaussianBlur(inside.astype(np.float64), (0, 0), rng.uniform(0.5, 1.5))[..., None]
    return image + cover * (_colours(rng) - image)


def _grating(rng, image):
    """Adds bent stripes: grass, fur, fabric, planks."""
    angle, period = rng.uniform(0, np.pi), rng.uniform(4, 16)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    phase = (rows * np.sin(angle) + columns * np.cos(angle)) * 2 * np.pi / period
    waves = np.sin(phase + rng.uniform(0, 2) * _octaves(rng, 0.5))
    return image + _contrast(rng, 15, 45) * waves[..., None]


def _blobs(rng, image):
    """Paints soft ellipses of two related colours: leaves, pebbles, flowers."""
    image = image.copy()
    ends = _colours(rng, (2,))
    for _ in range(int(rng.integers(10, 60))):
        centre = rng.integers(0, SIDE, 2).tolist()
        axes = rng.integers(2, 14, 2).tolist()
        colour = (ends[0] + rng.random() * (ends[1] - ends[0])).tolist()
        cv2.ellipse(image, centre, axes, rng.uniform(0, 180), 0, 360, colour, -1, cv2.LINE_8)
    return cv2.GaussianBlur(image, (0, 0), 0.8)
