"""Measures of joint models against hand-made cases and scipy."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.frechet import frechet_distance
from tfgan_kit.metrics.samples.agreement import (
    THRESHOLDS,
    agreement_beyond_chance,
    pixel_agreement,
    pixel_agreement_curve,
    semantic_agreement,
    sure_agreement,
)
from tfgan_kit.metrics.samples.histogram import class_histogram, uniform_distance
from tfgan_kit.metrics.samples.weight_distance import weight_distance


def test_semantic_agreement_needs_all_domains():
    a, b, c = [0, 1, 2, 3], [0, 1, 2, 0], [0, 2, 2, 3]
    assert semantic_agreement([a, b]) == 0.75
    assert semantic_agreement([b, c]) == 0.5
    assert semantic_agreement([a, b, c]) == 0.5
    assert semantic_agreement(np.array([a, a])) == 1.0
    with pytest.raises(ValueError, match="shape"):
        semantic_agreement([a, [0]])


def test_sure_agreement_leaves_out_what_any_judge_doubts():
    a = np.array([[0.95, 0.05], [0.05, 0.95], [0.95, 0.05], [0.6, 0.4]])
    b = np.array([[0.95, 0.05], [0.95, 0.05], [0.9, 0.1], [0.05, 0.95]])
    assert sure_agreement([a, b]) == (0.5, 0.5)  # of the first two; 0.9 is not above 0.9
    assert sure_agreement([a, b], 0.5) == (0.5, 1.0)
    assert sure_agreement([a, a, b]) == (0.5, 0.5)
    nothing, share = sure_agreement([b, 0.5 + 0 * a])
    assert np.isnan(nothing)
    assert share == 0


def test_semantic_agreement_of_unrelated_classes_is_chance():
    rng = np.random.default_rng(0)
    assert semantic_agreement(rng.integers(10, size=(2, 100_000))) == pytest.approx(0.1, abs=0.005)


def test_semantic_agreement_of_attributes_is_their_share():
    rng = np.random.default_rng(0)
    shares = np.array([0.1, 0.5, 0.9])
    a, b, c = rng.random((3, 200, 3)) < shares
    agree = [a[i, k] == b[i, k] for i in range(200) for k in range(3)]
    assert semantic_agreement([a, b]) == pytest.approx(np.mean(agree))
    agree = [a[i, k] == b[i, k] == c[i, k] for i in range(200) for k in range(3)]
    assert semantic_agreement([a, b, c]) == pytest.approx(np.mean(agree))
    chance = (shares**2 + (1 - shares) ** 2).mean()
    assert semantic_agreement(rng.random((2, 50_000, 3)) < shares) == pytest.approx(
        chance, abs=0.01
    )


def test_agreement_beyond_chance_is_cohens_kappa():
    a = [0] * 25 + [0] * 5 + [1] * 10 + [1] * 10
    b = [0] * 25 + [1] * 5 + [0] * 10 + [1] * 10
    chance = 30 / 50 * 35 / 50 + 20 / 50 * 15 / 50
    assert agreement_beyond_chance([a, b]) == pytest.approx((0.7 - chance) / (1 - chance))
    assert agreement_beyond_chance([a, a]) == agreement_beyond_chance([a, a, a]) == 1
    assert agreement_beyond_chance([[3] * 50, [3] * 50]) == 0
    assert agreement_beyond_chance([[0, 1], [1, 0]]) == -1
    rng = np.random.default_rng(0)
    skewed = rng.choice(3, size=(3, 100_000), p=[0.8, 0.1, 0.1])
    assert semantic_agreement(skewed) > 0.5
    assert agreement_beyond_chance(skewed) == pytest.approx(0, abs=0.01)
    attributes = rng.random((2, 50_000, 3)) < [0.1, 0.5, 0.9]
    assert agreement_beyond_chance(attributes) == pytest.approx(0, abs=0.01)


def test_a_pixel_agrees_if_every_channel_does():
    mapped = np.full((2, 2, 2, 3), 100, np.uint8)
    other = mapped.copy()
    other[0, 0, 0] += np.array([0, 0, 26], np.uint8)  # 26/255 > 0.1
    other[1, 0, 1] -= np.array([25, 25, 25], np.uint8)  # 25/255 < 0.1
    assert pixel_agreement(mapped, other) == 7 / 8
    assert pixel_agreement(other, mapped) == 7 / 8
    assert pixel_agreement(mapped, other, threshold=0.0) == 6 / 8
    assert pixel_agreement(mapped, other, threshold=26 / 255) == 1.0


def test_pixel_agreement_is_of_the_full_range_for_bytes_and_floats():
    black, white = np.zeros((1, 4, 4, 1), np.uint8), np.full((1, 4, 4, 1), 255, np.uint8)
    assert pixel_agreement(black, white, 0.99) == 0.0
    assert pixel_agreement(black, white, 1.0) == 1.0
    half = np.zeros((1, 4, 4, 1), np.float32)  # the middle of [-1, 1]
    assert pixel_agreement(black, half, 0.45) == 0.0
    assert pixel_agreement(black, half, 0.55) == 1.0


def test_the_curve_rises_to_one_and_holds_the_values():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 20, 8, 8, 3)).astype(np.uint8)
    curve = pixel_agreement_curve(a, b, (*THRESHOLDS, 1.0))
    values = list(curve.values())
    assert values == sorted(values)
    assert values[-1] == 1.0
    # Of uniform values, a channel differs by at most t in 2t - t^2 of all cases.
    assert curve[0.5] == pytest.approx(0.75**3, abs=0.03)
    assert curve[0.1] == pixel_agreement(a, b)


def test_gray_is_not_compared_with_colour():
    gray, colour = np.zeros((2, 4, 4, 1), np.uint8), np.zeros((2, 4, 4, 3), np.uint8)
    with pytest.raises(ValueError, match="one shape"):
        pixel_agreement(gray, colour)


def test_histogram_and_its_distance_from_uniform():
    shares = class_histogram([0, 0, 0, 2], 4)
    np.testing.assert_array_equal(shares, [0.75, 0, 0.25, 0])
    assert uniform_distance(shares) == 0.5  # Two of the four would have to change.
    assert uniform_distance(class_histogram([3, 1, 0, 2], 4)) == 0.0
    assert uniform_distance(class_histogram([1, 1], 10)) == pytest.approx(0.9)
    for wrong in ([0, 4], [-1], []):
        with pytest.raises(ValueError, match="0 to 3"):
            class_histogram(wrong, 4)


@pytest.mark.parametrize(("count", "size"), [(500, 6), (12, 20), (40, 1)])
def test_frechet_distance_is_that_of_scipys_root(count, size):
    rng = np.random.default_rng(count)
    a = rng.normal(size=(count, size)) @ rng.normal(size=(size, size)) + 0.5
    b = rng.gamma(2.0, size=(count + 3, size)) @ rng.normal(size=(size, size))
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    cov_a, cov_b = (np.cov(x.T).reshape(size, size) for x in (a, b))
    reference = mean + np.trace(cov_a + cov_b - 2 * sqrtm(cov_a @ cov_b).real)
    # scipy's root of a singular product is good to half the digits only.
    tolerance = 1e-9 if count > size else 1e-4
    assert frechet_distance(a, b) == pytest.approx(reference, rel=tolerance)
    assert frechet_distance(b, a) == pytest.approx(reference, rel=tolerance)


def test_frechet_distance_in_closed_form():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(300, 5))
    size = 1e-9 * np.square(a).sum()
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=size)
    # A shift adds its square; a scale s of one diagonal entry adds variance * (s - 1)^2.
    assert frechet_distance(a, a + 2.0) == pytest.approx(20.0)
    assert frechet_distance(a, 3 * a - 2 * a.mean(0)) == pytest.approx(4 * a.var(0, ddof=1).sum())
    with pytest.raises(UserError, match="needed"):
        frechet_distance(a, a[:, :4])
    with pytest.raises(UserError, match="needed"):
        frechet_distance(a, a[:1])


def test_weight_distance_by_hand():
    one, two = [np.array([3.0, 4.0]), np.ones((2, 2))], [np.array([3.0, 0.0]), np.ones((2, 2))]
    assert weight_distance(one, one) == 0.0
    assert weight_distance(one, two) == pytest.approx((4 / 4 + 0) / 2)
    assert weight_distance(two, one) == weight_distance(one, two)
    assert weight_distance([-w for w in one], one) == 2.0
    # The scale is that of the weights.
    assert weight_distance([10 * w for w in one], [10 * w for w in two]) == pytest.approx(0.5)


def test_weight_distance_leaves_out_what_has_no_partner():
    zero, one = np.zeros(3), np.ones(3)
    assert weight_distance([one, zero, np.ones((5, 1))], [one, zero, np.ones((5, 3))]) == 0.0
    assert weight_distance([zero], [one]) == 2.0
    with pytest.raises(ValueError, match="No layer"):
        weight_distance([one], [np.ones(4)])
    with pytest.raises(ValueError, match="zip"):
        weight_distance([one], [one, one])


def test_unrelated_weights_are_at_root_two():
    one, two = np.random.default_rng(0).normal(size=(2, 4, 5000))
    assert weight_distance(one, two) == pytest.approx(np.sqrt(2), abs=0.03)
