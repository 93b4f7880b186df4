import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.frechet import (
    FeatureStatistics,
    frechet_distance,
    frechet_from_moments,
    frechet_from_statistics,
    small_sample_warning,
)

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, count=60, size=7, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.gamma(2.0, size=(count, size)) @ rng.normal(size=(size, size)) + shift


def by_sqrtm(a, b):
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = sqrtm(cov_a @ cov_b).real
    return np.square(a.mean(0) - b.mean(0)).sum() + np.trace(cov_a + cov_b - 2 * root)


@pytest.mark.parametrize(("count", "size"), [(300, 2), (400, 40), (600, 200)])
def test_it_is_what_scipys_root_gives(count, size):
    a, b = sample(0, count, size), sample(1, count + 9, size, 0.3)
    assert frechet_distance(a, b) == pytest.approx(by_sqrtm(a, b), rel=1e-6)
    assert frechet_distance(b, a) == pytest.approx(by_sqrtm(a, b), rel=1e-6)


def test_features_within_a_subspace_have_the_distance_that_they_have_there():
    basis = np.linalg.qr(np.random.default_rng(2).normal(size=(300, 12)))[0]
    a, b = sample(0, 500, 12), sample(1, 400, 12, 0.3)
    # Of rank 12, without rounding's help: scipy's root of the 300 x 300 product is not used.
    assert frechet_distance(a @ basis.T, b @ basis.T) == pytest.approx(by_sqrtm(a, b), rel=1e-6)


@pytest.mark.parametrize(("count_a", "count_b"), [(30, 30), (30, 400), (400, 30), (2, 30)])
def test_fewer_examples_than_features(count_a, count_b):
    a, b = sample(0, count_a, 100), sample(1, count_b, 100, 0.3)
    # The nonzero eigenvalues of S_a S_b are those of X S_b X^T / (n - 1), which is regular once the
    # one direction is left out that centring takes away.
    helmert = np.linalg.svd(np.eye(count_a) - 1 / count_a)[0][:, :-1]
    x = helmert.T @ a / np.sqrt(count_a - 1)
    inner = x @ np.cov(b.T) @ x.T
    if count_a > count_b:
        y = np.linalg.svd(np.eye(count_b) - 1 / count_b)[0][:, :-1].T @ b / np.sqrt(count_b - 1)
        inner = y @ np.cov(a.T) @ y.T
    trace = np.trace(np.cov(a.T)) + np.trace(np.cov(b.T)) - 2 * np.trace(sqrtm(inner)).real
    reference = np.square(a.mean(0) - b.mean(0)).sum() + trace
    assert frechet_distance(a, b) == pytest.approx(reference, rel=1e-6)
    assert frechet_distance(b, a) == pytest.approx(reference, rel=1e-6)


def test_sets_without_variance():
    a = np.zeros((3, 4))
    assert frechet_distance(a, a + 2.0) == 16.0
    b = sample(0, 50, 4)
    expected = np.square(b.mean(0)).sum() + b.var(0, ddof=1).sum()
    assert frechet_distance(a, b) == pytest.approx(expected)


def test_features_of_very_different_scales():
    scales = 10.0 ** -np.arange(12)
    a, b = sample(0, 300, 12) * scales, sample(1, 300, 12) * scales
    assert frechet_distance(a, b) == pytest.approx(by_sqrtm(a, b), rel=1e-6)


@quick
@given(seeds)
def test_zero_on_identical_sets_and_symmetric(seed):
    a, b = sample(seed), sample(seed + 1, 45, shift=0.2)
    assert frechet_distance(a, a) < 1e-7 * a.var(0).sum()
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-7)


@quick
@given(seeds)
def test_it_grows_with_noise(seed):
    a = sample(seed)
    noise = np.random.default_rng(seed).normal(size=a.shape) * a.std(0)
    distances = [frechet_distance(a, a + scale * noise) for scale in (0.0, 0.5, 1.0, 2.0, 4.0)]
    assert distances == sorted(distances)
    assert distances[1] > 1e-6


@quick
@given(seeds, st.lists(st.integers(1, 20), min_size=1, max_size=12))
def test_statistics_do_not_depend_on_batches_or_order(seed, batches):
    features = sample(seed, sum(batches) + 2, shift=100.0)
    whole = FeatureStatistics.of(features)
    parts = FeatureStatistics(7), FeatureStatistics(7)
    rest = np.random.default_rng(seed).permutation(features)
    for i, size in enumerate([*batches, 2]):
        parts[i % 2].update(rest[:size])
        rest = rest[size:]
    parts[0].merge(parts[1])
    parts[0].merge(FeatureStatistics(7))
    assert parts[0].count == whole.count == len(features)
    np.testing.assert_allclose(parts[0].mean, features.mean(0), rtol=1e-12)
    spread = np.abs(whole.covariance).max()
    np.testing.assert_allclose(parts[0].covariance, np.cov(features.T), atol=1e-12 * spread)
    np.testing.assert_allclose(whole.covariance, np.cov(features.T), atol=1e-12 * spread)
    other = FeatureStatistics.of(sample(seed + 1))
    assert frechet_from_statistics(parts[0], other) == pytest.approx(
        frechet_distance(features, sample(seed + 1)), rel=1e-10
    )


def test_a_mean_far_from_zero_costs_no_digits():
    offset = 2.0**20  # Exact to add, for features that are multiples of 2^-20.
    features = np.round(sample(0, 500) * 2**20) / 2**20
    statistics = FeatureStatistics(7)
    for start in range(0, 500, 50):
        statistics.update(features[start : start + 50] + offset)
    scale = np.cov(features.T).max()
    np.testing.assert_allclose(statistics.covariance, np.cov(features.T), atol=1e-8 * scale)


def test_float32_features_count_as_they_are():
    a, b = sample(0).astype(np.float32), sample(1).astype(np.float32)
    assert frechet_distance(a, b) == frechet_distance(a.astype(float), b.astype(float))
    kept = a.copy()
    FeatureStatistics(7).update(a)
    np.testing.assert_array_equal(a, kept)


def test_moments_are_enough():
    a, b = sample(0), sample(1)
    moments = a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T)
    assert frechet_from_moments(*moments) == pytest.approx(frechet_distance(a, b), rel=1e-10)
    with pytest.raises(UserError, match="one size"):
        frechet_from_moments(*moments[:2], np.zeros(3), np.eye(3))
    with pytest.raises(UserError, match="d = 7"):
        frechet_from_moments(*moments[:3], np.eye(3))
    with pytest.raises(UserError, match="NaN"):
        frechet_from_moments(*moments[:3], np.full((7, 7), np.nan))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((0, 7)), "second set has 0"),
        (np.zeros((1, 7)), "second set has 1"),
        (np.zeros((9, 6)), "7 in the first set and 6 in the second"),
        (np.zeros(9), r"second set has shape \(9,\)"),
        (np.where(np.arange(63).reshape(9, 7) == 30, np.nan, 0), "second .* in example 4"),
        (np.where(np.arange(63).reshape(9, 7) == 62, np.inf, 0), "second .* in example 8"),
    ],
)
def test_bad_sets_are_refused_in_one_line(wrong, message):
    with pytest.raises(UserError, match=message) as caught:
        frechet_distance(sample(0), wrong)
    assert "\n" not in str(caught.value)


def test_statistics_refuse_another_size_and_too_few():
    statistics = FeatureStatistics(7)
    with pytest.raises(UserError, match="6 in the added set"):
        statistics.update(np.zeros((3, 6)))
    with pytest.raises(UserError, match="6 in the added set"):
        statistics.merge(FeatureStatistics(6))
    statistics.update(np.zeros((1, 7)))
    with pytest.raises(UserError, match="there are 1"):
        _ = statistics.covariance


def test_few_examples_are_warned_of():
    assert small_sample_warning(2049, 2048) is None
    text = small_sample_warning(2048, 2048, "real")
    assert "real set has 2048" in text
    assert "too large" in text
    assert "\n" not in text
