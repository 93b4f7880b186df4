import cv2
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.pictures.lab import lab_to_rgb, rgb_to_lab

RNG = np.random.default_rng(0)
SCALE = np.array([50, 110, 110], np.float32)
# All corners, the line near black, and colours at random; (1, n, 3) in [0, 1].
CORNERS = np.stack(np.meshgrid(*[[0, 1]] * 3), -1).reshape(-1, 3)
COLOURS = np.concatenate([CORNERS, RNG.uniform(0, 0.06, (500, 3)), RNG.uniform(0, 1, (2000, 3))])
COLOURS = COLOURS[None].astype(np.float32)


def unscaled(lab):
    return lab.numpy() * SCALE + [50, 0, 0]


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def cie(rgb):
    """Lab as CIE defines it, in float64, colour by colour; the primaries are OpenCV's."""
    found = []
    for r, g, b in linear(rgb.astype(np.float64))[0]:
        x = (0.412453 * r + 0.357580 * g + 0.180423 * b) / 0.950456
        y = 0.212671 * r + 0.715160 * g + 0.072169 * b
        z = (0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754
        f = [
            t ** (1 / 3) if t > (6 / 29) ** 3 else t * (29 / 6) ** 2 / 3 + 4 / 29 for t in (x, y, z)
        ]
        found.append((116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])))
    return np.array([found])


def test_lab_equals_its_definition():
    np.testing.assert_allclose(unscaled(rgb_to_lab(2 * COLOURS - 1)), cie(COLOURS), atol=2e-4)


def test_lab_is_opencvs_as_far_as_its_tables_go():
    """OpenCV reads cube roots from a spline, and the gamma of sRGB from a coarse table as well."""
    actual = unscaled(rgb_to_lab(2 * COLOURS - 1))
    roots = np.abs(actual - cv2.cvtColor(linear(COLOURS).astype(np.float32), cv2.COLOR_LRGB2Lab))
    both = np.abs(actual - cv2.cvtColor(COLOURS, cv2.COLOR_RGB2Lab))
    bright = COLOURS.min(-1) > 0.1
    assert roots[bright].max() < 2e-3
    assert roots.max() < 0.03
    assert both.max() < 0.6


def test_rgb_is_opencvs():
    lab = RNG.uniform([[[0, -100, -100]]], [[[100, 100, 100]]], (1, 5000, 3)).astype(np.float32)
    scaled = (lab - [50, 0, 0]) / SCALE
    actual = (lab_to_rgb(scaled).numpy() + 1) / 2
    expected = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB).clip(0, 1)
    assert ((expected > 0) & (expected < 1)).all(-1).sum() > 500
    np.testing.assert_allclose(actual, expected, rtol=0, atol=2e-4)


def test_there_and_back():
    rgb = 2 * COLOURS - 1
    np.testing.assert_allclose(lab_to_rgb(rgb_to_lab(rgb)), rgb, rtol=0, atol=1e-4)


def test_the_range_is_that_of_the_docstring():
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 33)] * 3), -1)
    lab = rgb_to_lab(grid).numpy().reshape(-1, 3)
    np.testing.assert_allclose(lab.min(0), [-1, -0.784, -0.981], atol=1e-3)
    np.testing.assert_allclose(lab.max(0), [1, 0.894, 0.859], atol=1e-3)
    gray = rgb_to_lab(np.linspace(-1, 1, 99)[:, None].repeat(3, 1)).numpy()
    np.testing.assert_allclose(gray[:, 1:], 0, atol=1e-5)


def test_values_outside_are_clipped():
    np.testing.assert_array_equal(rgb_to_lab([[1.5, -3.0, 0.2]]), rgb_to_lab([[1.0, -1.0, 0.2]]))
    far = lab_to_rgb(RNG.uniform(-2, 2, (1000, 3))).numpy()
    assert np.isfinite(far).all()
    assert far.min() == -1
    assert far.max() == 1


def gradient(function, points, direction):
    points = tf.constant(points, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = tf.reduce_sum(function(points) * direction)
    return tape.gradient(value, points).numpy()


@pytest.mark.parametrize("function", [rgb_to_lab, lab_to_rgb])
def test_gradients_are_those_of_finite_differences(function):
    rgb = RNG.uniform(-0.9, 0.9, (200, 3)).astype(np.float32)
    rgb[:50] = rgb[:50] * 0.03 - 0.96  # Near black.
    points = rgb if function is rgb_to_lab else rgb_to_lab(rgb).numpy()
    direction, step = RNG.normal(size=3).astype(np.float32), 1e-3
    found = gradient(function, points, direction)
    for channel in range(3):
        shift = np.zeros(3, np.float32)
        shift[channel] = step
        above, below = (function(points + s).numpy().astype(float) for s in (shift, -shift))
        expected = ((above - below) @ direction) / (2 * step)
        np.testing.assert_allclose(found[:, channel], expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("function", [rgb_to_lab, lab_to_rgb])
@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_gradients_are_finite_at_the_ends(function, value):
    assert np.isfinite(gradient(function, np.full((1, 3), value), 1.0)).all()
