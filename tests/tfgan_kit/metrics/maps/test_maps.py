"""Measures of maps against what can be counted by hand."""

import numpy as np

from tfgan_kit.metrics.maps.hidden import hidden
from tfgan_kit.metrics.maps.located import area, overlap, pointing
from tfgan_kit.metrics.maps.roc import area_under_roc


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    values, truth = rng.integers(0, 6, (5, 4, 3)), rng.integers(0, 2, (5, 4, 3)).astype(bool)
    pairs = [(p > n) + 0.5 * (p == n) for p in values[truth] for n in values[~truth]]
    np.testing.assert_allclose(area_under_roc(values, truth), np.mean(pairs))
    assert area_under_roc(truth, truth) == 1.0
    assert area_under_roc(~truth, truth) == 0.0
    assert area_under_roc(np.zeros_like(values), truth) == 0.5


def test_the_area_under_the_curve_is_the_integral_of_the_curve():
    rng = np.random.default_rng(1)
    values, truth = rng.normal(0, 1, 200), rng.integers(0, 2, 200).astype(bool)
    at = np.sort(values)[::-1]
    true = np.array([0, *((values[truth] >= t).mean() for t in at)])
    false = np.array([0, *((values[~truth] >= t).mean() for t in at)])
    np.testing.assert_allclose(area_under_roc(values, truth), np.trapezoid(true, false))


def test_a_map_points_at_its_maximum_and_one_of_zeros_nowhere():
    maps = np.zeros((4, 3, 3))
    maps[0, 1, 2], maps[1, 0, 0], maps[3] = 2.0, 2.0, -1.0
    masks = np.zeros((4, 3, 3), bool)
    masks[0, 1, 2] = masks[1, 2, 2] = masks[2, 0, 0] = masks[3, 0, 0] = True
    assert pointing(maps, masks).tolist() == [True, False, False, False]


def test_overlap_is_intersection_over_union():
    maps = np.zeros((2, 4, 4))
    maps[0, :2, :2] = [[1.0, 0.6], [0.4, 0.5]]
    masks = np.zeros((2, 4, 4), bool)
    masks[:, 0, :] = True
    # Of the map: (0, 0), (0, 1) and (1, 1); two of them in the mask of four.
    np.testing.assert_allclose(overlap(maps, masks), [2 / 5, 0.0])
    np.testing.assert_allclose(overlap(maps, masks, 0.95), [1 / 4, 0.0])
    assert area(maps).sum((1, 2)).tolist() == [3, 0]
    np.testing.assert_allclose(overlap(masks.astype(float), masks), 1.0)


def test_what_a_map_points_at_is_hidden_and_nothing_else():
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (2, 4, 4, 3)).astype(np.uint8)
    maps = np.zeros((2, 4, 4))
    maps[0, 1, 1] = 1.0
    found = hidden(images, maps)
    assert found.dtype == np.uint8
    expected = images.copy()
    expected[0, 1, 1] = np.median(images[0], axis=(0, 1)).astype(np.uint8)
    np.testing.assert_array_equal(found, expected)
