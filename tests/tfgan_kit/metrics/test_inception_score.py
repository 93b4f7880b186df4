import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.inception_score import (
    conditional_inception_score,
    inception_score,
    small_sample_warning,
)

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, *shape, sharpness=2.0):
    return softmax(sharpness * np.random.default_rng(seed).normal(size=shape), axis=-1)


def naive(probabilities):
    marginal = probabilities.mean(0)
    return np.mean([sum(p * np.log(p / marginal)) for p in probabilities])


def test_it_is_the_naive_score_of_each_part():
    probabilities = sample(0, 43, 5)
    rows = np.array(sorted(probabilities.tolist()))
    rows = rows[np.random.RandomState(7).permutation(43)]
    parts = [rows[i * 43 // 4 : (i + 1) * 43 // 4] for i in range(4)]
    scores = [np.exp(naive(part)) for part in parts]
    found = inception_score(probabilities, splits=4, seed=7)
    assert found["mean"] == pytest.approx(np.mean(scores), rel=1e-9)
    assert found["std"] == pytest.approx(np.std(scores), rel=1e-9)
    found = inception_score(probabilities, splits=1)
    assert found == {"mean": pytest.approx(np.exp(naive(probabilities))), "std": 0.0}


def test_its_ends():
    assert inception_score(np.eye(10), 1)["mean"] == pytest.approx(10.0)
    assert inception_score(np.full((50, 10), 0.1), 5)["mean"] == pytest.approx(1.0)
    # Certain of one class: without variety there is no score.
    assert inception_score(np.eye(10)[np.zeros(50, int)], 5)["mean"] == pytest.approx(1.0)


@quick
@given(seeds)
def test_order_does_not_matter_and_the_range_holds(seed):
    probabilities = sample(seed, 40, 6)
    found = inception_score(probabilities, 4)
    mixed = np.random.default_rng(seed).permutation(probabilities)
    assert inception_score(mixed, 4) == found
    assert 1 <= found["mean"] <= 6


@quick
@given(seeds)
def test_it_falls_as_noise_hides_the_classes(seed):
    probabilities = sample(seed, 40, 6)
    scores = [
        inception_score((1 - part) * probabilities + part / 6, 1)["mean"]
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    assert scores == sorted(scores, reverse=True)


def test_the_conditional_score_by_hand():
    probabilities = sample(0, 4, 7, 5)
    found = conditional_inception_score(probabilities)
    assert found["cis"] == pytest.approx(np.mean([naive(outputs) for outputs in probabilities]))
    assert found["is"] == pytest.approx(naive(probabilities.reshape(-1, 5)))


def test_the_conditional_scores_ends():
    one, other = np.eye(4)[:2]
    alike = np.array([[one, one], [other, other]])  # The input decides.
    assert conditional_inception_score(alike) == {"cis": 0.0, "is": pytest.approx(np.log(2))}
    diverse = np.array([[one, other], [one, other]])  # The input says nothing.
    expected = pytest.approx(np.log(2))
    assert conditional_inception_score(diverse) == {"cis": expected, "is": expected}


@quick
@given(seeds)
def test_the_conditional_score_is_the_smaller_and_independent_of_order(seed):
    probabilities = sample(seed, 5, 4, 3)
    found = conditional_inception_score(probabilities)
    assert 0 <= found["cis"] <= found["is"] <= np.log(3)
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(rng.permutation(probabilities), axis=1)
    assert conditional_inception_score(mixed) == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((0, 3)), "there are 0"),
        (np.eye(3), "there are 3"),
        (np.full((9, 3), np.nan), "NaN"),
        (np.full((9, 3), 1.0), "softmax"),
        (np.tile([1.5, -0.5], (9, 1)), "softmax"),
        (np.zeros(9), r"\(n, classes\)"),
    ],
)
def test_bad_input_is_refused(wrong, message):
    with pytest.raises(UserError, match=message):
        inception_score(wrong, 2)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (sample(0, 5, 1, 3), "not 5 with 1"),
        (sample(0, 0, 3, 3), "not 0 with 3"),
        (sample(0, 5, 3), "outputs, classes"),
        (sample(0, 5, 3, 3) * np.nan, "NaN"),
    ],
)
def test_bad_input_of_the_conditional_form_is_refused(wrong, message):
    with pytest.raises(UserError, match=message):
        conditional_inception_score(wrong)


def test_small_parts_are_warned_of():
    assert small_sample_warning(10080, 1008) is None
    assert "cannot exceed 500" in small_sample_warning(5000, 1008)
