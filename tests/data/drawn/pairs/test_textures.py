import cv2
import numpy as np
import pytest

from data.drawn.pairs import textures
from data.drawn.pairs.textures import KINDS, Texture, Textures, drawn_texture, render
from data.reading import transforms

BLACK_AND_WHITE = np.array([[255] * 3, [0] * 3], np.float32)


def peak(plane):
    """Frequency of the strongest wave in a plane, in periods per side: (x, y)."""
    spectrum = np.abs(np.fft.fft2(plane - plane.mean()))
    y, x = np.unravel_index(spectrum.argmax(), spectrum.shape)
    size = len(plane)
    return np.array([x if x <= size / 2 else x - size, y if y <= size / 2 else y - size])


@pytest.mark.parametrize("angle", [0, 25, 90, 140])
def test_period_and_angle_of_stripes(angle):
    texture = Texture("stripes", angle, 1 / 16, (0.2, 0.7), BLACK_AND_WHITE)
    found = peak(render(texture, 256)[..., 0].astype(float))
    direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    assert abs(abs(found @ direction) - 16) <= 1
    assert abs(abs(found @ direction) / np.linalg.norm(found) - 1) < 0.01


def test_checks_and_dots_against_their_definition():
    size, period = 240, 1 / 8
    centres = (np.arange(size) + 0.5) / size / period
    inner = np.abs((centres * 2) % 1 - 0.5) > 0.1  # away from the edges of the checks
    checks = render(Texture("checks", 0, period, (0, 0), BLACK_AND_WHITE), size)[..., 0]
    # cos is positive in the first and the last quarter of its period.
    positive = np.abs(centres % 1 - 0.5) > 0.25
    expected = np.where(positive == positive[:, None], 255, 0)
    inner = np.abs(np.cos(2 * np.pi * centres)) > 0.3
    both = inner & inner[:, None]
    np.testing.assert_array_equal(checks[both], expected[both])
    dots = render(Texture("dots", 30, period, (0, 0), BLACK_AND_WHITE), size)[..., 0]
    count, *_ = cv2.connectedComponents((dots > 127).astype(np.uint8))
    assert abs(count - 1 - 8 * 8) < 20  # those at the border count, too
    assert 0.15 < (dots > 127).mean() < 0.45


def test_edges_of_textures_are_smooth():
    plane = render(Texture("stripes", 0, 1 / 4, (0, 0), BLACK_AND_WHITE), 64)[0, :, 0]
    assert ((plane > 0) & (plane < 255)).sum() <= 2 * 2 * 4


def within(value, ranges):
    return any(low <= value <= high for low, high in ranges)


@pytest.mark.parametrize("split", ["train", "test"])
def test_parameters_are_those_of_the_split(split):
    other = {"train": "test", "test": "train"}[split]
    rng = np.random.default_rng(1)
    drawn = [drawn_texture(rng, split) for _ in range(600)]
    for texture in drawn:
        assert within(texture.angle, textures.ANGLES[split])
        assert within(texture.period, textures.PERIODS[split])
        hsv = cv2.cvtColor((texture.colours / 255)[None], cv2.COLOR_RGB2HSV)[0]
        assert all(within(hue, [(a - 0.1, b + 0.1) for a, b in textures.HUES[split]])
                   for hue in hsv[:, 0])  # fmt: skip
        assert hsv[0, 2] > hsv[1, 2] + 0.3
    assert np.bincount([KINDS.index(t.kind) for t in drawn]).min() > 150
    for ranges in (textures.ANGLES, textures.PERIODS, textures.HUES):
        for low, high in ranges[split]:
            assert not within((low + high) / 2, ranges[other])
        # External textures lie between those of training.
        assert min(ranges["train"])[0] < min(ranges["test"])[0]
        assert max(ranges["test"])[1] < max(ranges["train"])[1]


@pytest.mark.parametrize("split", ["train", "test"])
def test_the_target_is_the_texture_cut_to_the_shape(split):
    source, differ, count = Textures(split), 0, 0
    for index in range(100):
        example = source.read(index)
        segments = example["segments"][..., 0] == 1
        deep = cv2.erode(segments.astype(np.uint8), np.ones((5, 5))) == 1
        outside = cv2.dilate(segments.astype(np.uint8), np.ones((5, 5))) == 0
        target, texture = example["target"].astype(int), example["texture"].astype(int)
        assert (target[outside] == 255).all()
        differ, count = differ + (target[deep] != texture[deep]).sum(), count + target[deep].size
        assert (target >= texture - 1).all()
        assert 0.08 < segments.mean() < 0.75
    # Notches narrower than a pixel let some of the paper through.
    assert differ < 2e-3 * count


def test_the_outline_is_that_of_the_segments():
    for index in range(50):
        example = Textures().read(index)
        dark = example["input"][..., 0] < 128
        edge = transforms.edge(example["segments"] * 255)[..., 0] > 0
        # Antialiasing moves the line by one pixel at most.
        near = cv2.dilate(edge.astype(np.uint8), np.ones((3, 3))) == 1
        assert dark.sum() > 0.5 * edge.sum()
        assert (near[dark]).mean() > 0.98
