import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions import feature_sets
from tfgan_kit.metrics.distributions.feature_sets import distance_blocks
from tfgan_kit.metrics.distributions.mmd import gaussian_mmd, median_bandwidth

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, count=40, size=5, shift=0.0):
    return np.random.default_rng(seed).normal(size=(count, size)) + shift


def naive(a, b, bandwidth):
    def kernel(x, y):
        return np.exp(-np.square(x - y).sum() / (2 * bandwidth**2))

    def within(z):
        pairs = [kernel(x, y) for i, x in enumerate(z) for j, y in enumerate(z) if i != j]
        return np.mean(pairs)

    return within(a) + within(b) - 2 * np.mean([kernel(x, y) for x in a for y in b])


def test_it_is_what_pairs_give():
    a, b = sample(0, 20), sample(1, 15, shift=0.5)
    for bandwidth in (0.3, 1.0, 5.0):
        expected = naive(a, b, bandwidth)
        assert gaussian_mmd(a, b, bandwidth) == pytest.approx(expected, rel=1e-9)


def test_the_median_heuristic():
    a, b = sample(0, 20), sample(1, 15, shift=0.5)
    union = [*a, *b]
    distances = [np.linalg.norm(x - y) for i, x in enumerate(union) for y in union[:i]]
    assert median_bandwidth(a, b) == pytest.approx(np.median(distances))
    assert gaussian_mmd(a, b) == gaussian_mmd(a, b, median_bandwidth(a, b))
    large = np.repeat(a, 40, 0) + sample(2, 800) / 100
    assert median_bandwidth(large, b) == pytest.approx(np.median(distances), rel=0.3)
    assert median_bandwidth(large, b) == median_bandwidth(large[::-1], b)
    assert median_bandwidth(large, b) != median_bandwidth(large, b, seed=1)


def test_it_has_no_bias():
    values = [gaussian_mmd(sample(s, 30), sample(s + 1000, 30), 2.0) for s in range(300)]
    assert abs(np.mean(values)) < 4 * np.std(values) / len(values) ** 0.5
    assert min(values) < 0


@quick
@given(seeds)
def test_symmetric_and_independent_of_order(seed):
    a, b = sample(seed), sample(seed + 1, 30, shift=0.3)
    rng = np.random.default_rng(seed)
    found = gaussian_mmd(a, b)
    assert gaussian_mmd(b, a) == pytest.approx(found, abs=1e-12)
    assert gaussian_mmd(rng.permutation(a), rng.permutation(b)) == pytest.approx(found, abs=1e-12)


@quick
@given(seeds)
def test_it_grows_with_a_shift(seed):
    a, b = sample(seed), sample(seed + 1)
    values = [gaussian_mmd(a, b + shift, 3.0) for shift in (0.0, 1.0, 2.0, 3.0)]
    assert values == sorted(values)
    assert values[-1] < 2


def test_blocks_do_not_matter(monkeypatch):
    a, b = sample(0, 50).astype(np.float32), sample(1, 33, shift=0.5).astype(np.float32)
    whole = gaussian_mmd(a, b, 2.0)
    monkeypatch.setattr(feature_sets, "BLOCK_VALUES", 100)
    monkeypatch.setattr(feature_sets, "COLUMNS", 7)
    assert gaussian_mmd(a, b, 2.0) == pytest.approx(whole, rel=1e-10)


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_distances_are_right_within_the_error_that_they_state(offset):
    a, b = sample(0, 30, 64, offset), sample(1, 20, 64, offset)
    exact = np.square(a.astype(np.longdouble)[:, None] - b[None]).sum(-1)
    for rows, squared, error in distance_blocks(a, b):
        assert np.abs(squared - exact[rows]).max() < error
        assert error < 1e-10 * (1 + offset**2)


def test_bad_input_is_refused():
    a = sample(0)
    for bandwidth in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(UserError, match="bandwidth above 0"):
            gaussian_mmd(a, a, bandwidth)
    with pytest.raises(UserError, match="equal: MMD needs a bandwidth"):
        gaussian_mmd(np.zeros((5, 2)), np.zeros((5, 2)))
    for wrong in (a[:1], a[:0], a[:, :2], a * np.nan):
        with pytest.raises(UserError):
            gaussian_mmd(a, wrong, 1.0)
