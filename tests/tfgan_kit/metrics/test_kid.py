import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order
from tfgan_kit.metrics.distributions.kid import kernel_distance

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, count=40, size=6, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, size)) + shift


def naive(x, y):
    """Pair by pair, in Python's numbers."""
    size, features = x.shape

    def kernel(u, v):
        return (sum(float(s) * float(t) for s, t in zip(u, v, strict=True)) / features + 1) ** 3

    within = sum(
        kernel(z[i], z[j]) for z in (x, y) for i in range(size) for j in range(size) if i != j
    )
    across = sum(kernel(u, v) for u in x for v in y)
    return within / (size * (size - 1)) - 2 * across / size**2


def by_rows(features):
    return np.array(sorted(features.tolist()))


def test_it_is_the_mean_of_naive_subsets():
    real, fake = sample(0), sample(1, 35, shift=0.4)
    found = kernel_distance(real, fake, subsets=6, subset_size=10, seed=3)
    random = np.random.RandomState(3)
    values = []
    for _ in range(6):  # As torch-fidelity draws: first of the real set, then of the fake.
        x = by_rows(real)[random.choice(40, 10, replace=False)]
        y = by_rows(fake)[random.choice(35, 10, replace=False)]
        values.append(naive(x, y))
    assert found["mean"] == pytest.approx(np.mean(values), rel=1e-6)
    assert found["std"] == pytest.approx(np.std(values), rel=1e-6)
    assert found["standard_error"] == pytest.approx(np.std(values) / 6**0.5, rel=1e-6)


def test_subsets_of_everything_are_the_estimate_of_all():
    real, fake = sample(0, 12), sample(1, 12, shift=1.0)
    found = kernel_distance(real, fake, subsets=3, subset_size=12)
    assert found["mean"] == pytest.approx(naive(real, fake), rel=1e-9)
    assert found["std"] == pytest.approx(0.0, abs=1e-12)
    other = kernel_distance(fake, real, subsets=1, subset_size=12, seed=8)["mean"]
    assert other == pytest.approx(found["mean"], rel=1e-9)


def test_it_has_no_bias():
    values = [
        kernel_distance(sample(s, 30), sample(s + 1000, 30), 1, 30)["mean"] for s in range(300)
    ]
    error = np.std(values) / len(values) ** 0.5
    assert abs(np.mean(values)) < 4 * error
    assert min(values) < 0  # It is not the biased estimate, which cannot be.


@quick
@given(seeds)
def test_order_does_not_matter(seed):
    real, fake = sample(seed), sample(seed + 1, shift=0.3)
    rng = np.random.default_rng(seed)
    found = kernel_distance(real, fake, 4, 9)
    assert kernel_distance(rng.permutation(real), rng.permutation(fake), 4, 9) == found
    assert kernel_distance(real, fake, 4, 9) == found
    assert kernel_distance(real, fake, 4, 9, seed=1) != found


@quick
@given(seeds)
def test_it_grows_with_noise(seed):
    real = sample(seed, 300, shift=1.0)
    noise = np.random.default_rng(seed + 1).normal(size=real.shape)
    fakes = [real + scale * noise for scale in (0.0, 1.5, 3.0)]
    values = [kernel_distance(real, fake, 1, 300)["mean"] for fake in fakes]
    assert values == sorted(values)
    assert values[1] > 0


def test_the_type_does_not_matter():
    real, fake = sample(0).astype(np.float32), sample(1).astype(np.float32)
    wide = kernel_distance(real.astype(float), fake.astype(float), 4, 9)
    assert kernel_distance(real, fake, 4, 9) == wide


@given(st.integers(1, 30), st.integers(1, 12), seeds)
@quick
def test_the_canonical_order_is_that_of_the_values(count, size, seed):
    # Few values make ties, also between whole rows and beyond the leading columns.
    rows = np.random.default_rng(seed).integers(2, size=(count, size)).astype(np.float32)
    rows[:, :8] = rows[0, :8]
    np.testing.assert_array_equal(rows[canonical_order(rows)], by_rows(rows))


@pytest.mark.parametrize(
    ("fake", "arguments", "message"),
    [
        (sample(1, 20), {"subset_size": 21}, "fake set has 20.*smaller subset size"),
        (sample(1), {"subset_size": 1}, "not 100 of 1"),
        (sample(1), {"subsets": 0}, "not 0 of"),
        (sample(1, size=5), {}, "6 in the real set and 5 in the fake"),
        (sample(1, 1), {}, "fake set has 1;"),
        (sample(1) * np.nan, {}, "NaN"),
    ],
)
def test_bad_input_is_refused(fake, arguments, message):
    with pytest.raises(UserError, match=message):
        kernel_distance(sample(0), fake, **{"subset_size": 20, **arguments})
