"""Surfaces against formulas, and their gradients against differences."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers.relief import surface
from tfgan_kit.layers.relief.surface import normals, seen_from, shading

SIDE = 24
X, Y = np.meshgrid(*2 * [np.linspace(-1, 1, SIDE, dtype=np.float32)])
HILLS = 0.3 * np.exp(-(X**2 + Y**2) / 0.3) + 0.08 * np.sin(3 * X) * np.cos(2 * Y)
MAPS = np.stack([np.sin(2 * X + Y), np.cos(X - 2 * Y)], -1)[None]
VIEWS = np.array([[0.2, -0.15], [0.0, 0.05], [-0.3, 0.1]], np.float32)


def test_normals_of_a_sphere_point_away_from_its_centre():
    inside = X**2 + Y**2 < 0.4
    depth = np.sqrt(np.maximum(2.0 - X**2 - Y**2, 0.0))
    found = normals(tf.constant(depth[None]))[0].numpy()
    expected = np.stack([X, Y, depth], -1) / 2**0.5
    np.testing.assert_allclose(found[inside], expected[inside], atol=2e-3)


def test_shading_is_lamberts():
    normal = np.array([[0.6, 0.0, 0.8], [-0.8, 0.0, 0.6]], np.float32).reshape(1, 1, 2, 3)
    light = np.array([[1.0, 0.5]], np.float32)
    facing = np.array([0.6 + 0.8, -0.8 + 0.6]) / 1.5
    found = shading(tf.constant(normal), tf.constant(light)).numpy().ravel()
    np.testing.assert_allclose(found, 0.3 + 0.7 * np.maximum(facing, 0), rtol=1e-6)


def test_straight_from_the_front_all_stays_where_it_is():
    seen = seen_from(tf.constant(MAPS), tf.constant(HILLS[None]), tf.zeros([1, 2]))
    np.testing.assert_allclose(seen, MAPS, atol=1e-6)


def test_a_plane_is_shifted_by_its_height_and_narrowed():
    """A point x of a plane at height h is seen at x cos(yaw) + h sin(yaw)."""
    depth, yaw = np.full((1, SIDE, SIDE), 0.25, np.float32), 0.3
    seen = seen_from(tf.constant(X[None, ..., None]), tf.constant(depth), tf.constant([[yaw, 0.0]]))
    expected = np.clip((X - 0.25 * np.sin(yaw)) / np.cos(yaw), -1, 1)
    np.testing.assert_allclose(seen[0, ..., 0], expected, atol=1e-6)


def test_each_pixel_shows_the_point_that_projects_onto_it():
    """The points that are found, projected again, in float64."""
    where = np.stack([X, Y, HILLS], -1)[None]
    seen = seen_from(tf.constant(where), tf.constant(HILLS[None]), tf.constant(VIEWS)).numpy()
    x, y, h = np.moveaxis(seen.astype(np.float64), -1, 0)
    yaw, pitch = (VIEWS[:, i, None, None].astype(np.float64) for i in (0, 1))
    middle = np.s_[:, 6:-6, 6:-6]
    u, v = x * np.cos(yaw) + h * np.sin(yaw), y * np.cos(pitch) + h * np.sin(pitch)
    np.testing.assert_allclose(u[middle], np.broadcast_to(X, u.shape)[middle], atol=1e-4)
    np.testing.assert_allclose(v[middle], np.broadcast_to(Y, v.shape)[middle], atol=1e-4)


@pytest.fixture
def converged(monkeypatch):
    """Differences show the fixed point, so it must be reached; six rounds only come close."""
    monkeypatch.setattr(surface, "_ROUNDS", 60)


def test_gradients_against_differences(converged):
    weights = np.zeros((3, SIDE, SIDE, 2), np.float32)
    weights[:, 5:-5, 5:-5] = np.random.default_rng(0).normal(size=(3, SIDE - 10, SIDE - 10, 2))

    def value(maps, depth, view):
        return tf.reduce_sum(seen_from(maps, depth, view) * weights)

    given = [tf.constant(each) for each in (MAPS, HILLS[None], VIEWS)]
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = value(*given)
    gradients = [g.numpy() for g in tape.gradient(loss, given)]
    places = {0: [(0, 9, 9, 1), (0, 14, 8, 0)], 1: [(0, 12, 12), (0, 8, 15)], 2: [(0, 0), (2, 1)]}
    for part, own in places.items():
        for place in own:
            sums = []
            for step in (1e-3, -1e-3):
                moved = [each.numpy().copy() for each in given]
                moved[part][place] += step
                sums.append(float(value(*map(tf.constant, moved))))
            difference = (sums[0] - sums[1]) / 2e-3
            np.testing.assert_allclose(gradients[part][place], difference, rtol=0.02, atol=0.01)


def test_the_batch_may_share_a_surface_or_have_one_each():
    shared = seen_from(tf.constant(MAPS), tf.constant(HILLS[None]), tf.constant(VIEWS))
    own = seen_from(
        tf.constant(MAPS.repeat(3, 0)), tf.constant(HILLS[None].repeat(3, 0)), tf.constant(VIEWS)
    )
    np.testing.assert_array_equal(shared, own)
