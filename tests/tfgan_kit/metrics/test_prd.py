import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.prd import f_beta_pair, prd_curve, prd_from_histograms

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=10, deadline=None)


def sample(seed, count=60, size=4, shift=0.0):
    return np.random.default_rng(seed).normal(size=(count, size)) + shift


def modes(seed, which):
    return np.concatenate([sample(seed + i, 60 // len(which), shift=30.0 * i) for i in which])


def test_the_curve_of_histograms_by_hand():
    p, q = [0.5, 0.5, 0.0], [0.0, 0.3, 0.7]
    precision, recall = prd_from_histograms(p, q, angles=5)
    for angle, alpha, beta in zip(
        (1e-10, np.pi / 8, np.pi / 4, 3 * np.pi / 8, np.pi / 2 - 1e-10),
        precision,
        recall,
        strict=True,
    ):
        slope = np.tan(angle)
        assert alpha == pytest.approx(sum(min(slope * x, y) for x, y in zip(p, q, strict=True)))
        assert beta == pytest.approx(sum(min(x, y / slope) for x, y in zip(p, q, strict=True)))
    # The overlap of the supports: half of the real, three tenths of the generated.
    assert precision[-1] == pytest.approx(0.3)
    assert recall[0] == pytest.approx(0.5)


def test_f_beta_by_hand():
    precision, recall = np.array([0.0, 0.5, 0.9]), np.array([0.0, 0.8, 0.2])
    expected = [65 * p * r / (64 * p + r) for p, r in ((0.5, 0.8), (0.9, 0.2))]
    inverse = [(1 + 1 / 64) * p * r / (p / 64 + r) for p, r in ((0.5, 0.8), (0.9, 0.2))]
    found = f_beta_pair(precision, recall)
    assert found == (pytest.approx(max(expected)), pytest.approx(max(inverse)))
    assert max(expected) == expected[0]  # F_8 prefers recall, F_1/8 precision.
    assert max(inverse) == inverse[1]


@quick
@given(seeds)
def test_identical_sets_have_the_best_curve(seed):
    real = sample(seed)
    precision, recall = prd_curve(real, real[::-1], clusters=8, runs=2)
    assert np.maximum(precision, recall).min() == pytest.approx(1.0)
    assert f_beta_pair(precision, recall) == (pytest.approx(1.0), pytest.approx(1.0))


@quick
@given(seeds)
def test_order_does_not_matter_and_exchange_reverses_the_curve(seed):
    real, fake = sample(seed), sample(seed + 1, shift=0.5)
    rng = np.random.default_rng(seed)
    found = prd_curve(real, fake, 8, 3)
    again = prd_curve(rng.permutation(real), rng.permutation(fake), 8, 3)
    np.testing.assert_array_equal(again, found)
    precision, recall = prd_curve(fake, real, 8, 3)
    np.testing.assert_allclose((recall[::-1], precision[::-1]), found, atol=1e-9)
    assert np.any(np.asarray(prd_curve(real, fake, 8, 3, seed=1)) != found)


def test_missing_modes_and_wrong_modes_are_told_apart():
    real = modes(0, [0, 1, 2])
    recall_first, precision_first = f_beta_pair(*prd_curve(real, modes(9, [0]), clusters=6))
    assert precision_first > 0.9
    assert recall_first < 0.5
    recall_first, precision_first = f_beta_pair(*prd_curve(modes(9, [0]), real, clusters=6))
    assert precision_first < 0.5
    assert recall_first > 0.9
    apart = prd_curve(real, modes(3, [5, 6]), clusters=6)
    assert max(f_beta_pair(*apart)) < 0.05


@quick
@given(seeds)
def test_it_falls_as_the_sets_part(seed):
    real = sample(seed)
    scores = [
        min(f_beta_pair(*prd_curve(real, real + shift, clusters=8, runs=4)))
        for shift in (0.0, 3.0, 50.0)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 0.05


def test_collapsed_sets_are_clustered_in_silence(recwarn):
    real, fake = np.zeros((30, 3)), np.ones((30, 3))
    precision, recall = prd_curve(real, fake)
    assert max(precision.max(), recall.max()) < 1e-6
    assert f_beta_pair(*prd_curve(real, real)) == (pytest.approx(1.0), pytest.approx(1.0))
    # Python may tell of another test's open files at any time.
    assert not [w for w in recwarn if not issubclass(w.category, ResourceWarning)]


@pytest.mark.parametrize(
    ("fake", "arguments", "message"),
    [
        (sample(1, 50), {}, "not 60 real and 50 fake"),
        (sample(1), {"clusters": 121}, "2 to 120 clusters"),
        (sample(1), {"runs": 0}, "1 or more runs"),
        (sample(1), {"angles": 2}, "3 or more angles"),
        (sample(1, 1), {}, "fake set has 1;"),
        (sample(1, size=3), {}, "3 in the fake"),
        (sample(1) * np.nan, {}, "NaN"),
    ],
)
def test_bad_input_is_refused(fake, arguments, message):
    with pytest.raises(UserError, match=message):
        prd_curve(sample(0), fake, **arguments)
