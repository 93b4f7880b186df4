import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions import feature_sets
from tfgan_kit.metrics.distributions import prdc as module
from tfgan_kit.metrics.distributions.prdc import prdc

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, count=40, size=6, shift=0.0):
    return np.random.default_rng(seed).normal(size=(count, size)) + shift


def naive(real, fake, nearest):
    def distance(x, y):
        return np.square(x - y).sum()

    def radius(z, i):
        return sorted(distance(z[i], y) for j, y in enumerate(z) if j != i)[nearest - 1]

    def balls(centres, points):
        radii = [radius(centres, i) for i in range(len(centres))]
        return np.array(
            [[distance(x, y) < r for x, r in zip(centres, radii, strict=True)] for y in points]
        )

    in_real, in_fake = balls(real, fake), balls(fake, real)
    return {
        "precision": in_real.any(1).mean(),
        "recall": in_fake.any(1).mean(),
        "density": in_real.sum() / (nearest * len(fake)),
        "coverage": in_real.any(0).mean(),
    }


@pytest.mark.parametrize("nearest", [1, 3, 5])
@pytest.mark.parametrize(("count", "shift"), [(40, 0.0), (25, 0.7)])
def test_it_is_what_loops_give(nearest, count, shift):
    real, fake = sample(0), sample(1, count, shift=shift)
    assert prdc(real, fake, nearest) == naive(real, fake, nearest)


@quick
@given(seeds, st.integers(2, 4), st.sampled_from([0.0, 1e6, 0.1]))
def test_ties_are_decided_exactly(seed, values, offset):
    # Points of a coarse grid, far from the origin too: most distances occur often, or are 0.
    rng = np.random.default_rng(seed)
    real = rng.integers(values, size=(18, 3)) + offset
    fake = rng.integers(values, size=(15, 3)) + offset
    assert prdc(real, fake, 3) == naive(real, fake, 3)


@quick
@given(seeds)
def test_blocks_order_and_type_do_not_matter(seed):
    real = sample(seed).astype(np.float32)
    fake = np.concatenate([real[:7], sample(seed + 1, 20)]).astype(np.float32)
    found = prdc(real, fake)
    rng = np.random.default_rng(seed)
    assert prdc(rng.permutation(real), rng.permutation(fake).astype(np.float64)) == found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feature_sets, "BLOCK_VALUES", 100)
        patch.setattr(feature_sets, "COLUMNS", 7)
        patch.setattr(module, "PAIR_VALUES", 20)
        assert prdc(real, fake) == found


@quick
@given(seeds)
def test_identical_sets_are_perfect(seed):
    real = sample(seed, 50)
    # A ball holds its centre and the k - 1 neighbours within: a density of exactly 1.
    assert prdc(real, real.copy()) == dict.fromkeys(
        ("precision", "recall", "density", "coverage"), 1.0
    )


@quick
@given(seeds)
def test_exchanging_the_sets_exchanges_precision_and_recall(seed):
    real, fake = sample(seed), sample(seed + 1, 30, shift=0.4)
    there, back = prdc(real, fake), prdc(fake, real)
    assert (there["precision"], there["recall"]) == (back["recall"], back["precision"])


@quick
@given(seeds)
def test_it_falls_with_noise(seed):
    real = sample(seed, 60)
    noise = np.random.default_rng(seed + 1).normal(size=real.shape)
    found = [prdc(real, real + scale * noise) for scale in (0.0, 1.0, 4.0, 50.0)]
    for name in ("precision", "density", "coverage"):
        values = [f[name] for f in found]
        assert values == sorted(values, reverse=True)
        assert values[-1] < 0.2


def test_missing_modes_and_wrong_samples_are_told_apart():
    modes = np.repeat([[0.0, 0], [100, 0]], 50, axis=0) + sample(0, 100, 2)
    one_mode = sample(1, 100, 2)
    found = prdc(modes, one_mode)
    assert found["precision"] > 0.8
    assert found["recall"] < 0.6
    assert 0.4 < found["coverage"] < 0.6
    found = prdc(one_mode, modes)
    assert found["precision"] < 0.6
    assert found["coverage"] > 0.8


def test_collapsed_generators_have_no_radius():
    real, collapsed = sample(0), np.repeat(sample(0, 1), 20, axis=0)
    assert prdc(real, collapsed) == naive(real, collapsed, 5)
    assert prdc(real, collapsed)["recall"] == 0


@pytest.mark.parametrize(
    ("fake", "nearest", "message"),
    [
        (sample(1, 5), 5, "(real 40, fake 5)"),
        (sample(1), 0, "1 or more"),
        (sample(1, 1), 5, "fake set has 1;"),
        (sample(1, 0), 5, "fake set has 0;"),
        (sample(1, size=3), 5, "3 in the fake"),
        (sample(1) * np.nan, 5, "NaN"),
    ],
)
def test_bad_input_is_refused(fake, nearest, message):
    with pytest.raises(UserError, match=message):
        prdc(sample(0), fake, nearest)
