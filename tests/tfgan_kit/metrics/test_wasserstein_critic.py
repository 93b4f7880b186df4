"""The independent critic, on sets whose Wasserstein distance is known."""

import keras
import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.wasserstein_critic import wasserstein_critic

STEPS = 300


def normal(count, size, seed, scale=1.0, shift=0.0):
    values = scale * np.random.default_rng(seed).normal(size=(count, size)) + shift
    return values.astype(np.float32)


def test_a_shift_is_its_length():
    shift = np.array([2.0, -1.0, 0.0, 2.0])
    found = wasserstein_critic(normal(2000, 4, 0), normal(2000, 4, 1, shift=shift), STEPS)
    assert found["distance"] == pytest.approx(np.linalg.norm(shift), rel=0.08)
    # What the penalty allows the slope to be, and what is divided out: 1 + 3 / (2 * 10).
    assert found["slope"] == pytest.approx(1.15, abs=0.03)
    assert found["raw"] == pytest.approx(found["distance"] * found["slope"])
    # The shift is known better than the means of 1000 examples each.
    assert 0.5 < found["standard_error"] / np.sqrt(2 / 1000) < 1.5


def test_a_spread_is_found_although_the_means_agree():
    """A critic that has taken one side for the real one has to turn round here."""
    real, fake = normal(3000, 1, 0), normal(3000, 1, 1, scale=3.0)
    found = wasserstein_critic(real, fake, STEPS)["distance"]
    assert found == pytest.approx(wasserstein_distance(real[:, 0], fake[:, 0]), rel=0.15)


def test_two_points():
    found = wasserstein_critic(np.zeros((64, 2)), np.full((64, 2), [0.0, 4.0]), STEPS)
    assert found["distance"] == pytest.approx(4, rel=0.02)
    assert found["standard_error"] == pytest.approx(0, abs=1e-6)


def test_images_that_are_brighter():
    rng = np.random.default_rng(0)
    real, fake = (rng.uniform(-0.2, 0.2, (400, 8, 8, 1)).astype(np.float32) for _ in range(2))
    found = wasserstein_critic(real, fake + np.float32(0.25), STEPS)["distance"]
    assert found == pytest.approx(0.25 * 8, rel=0.1)
    bytes_ = [np.rint((x + 1) * 127.5).astype(np.uint8) for x in (real, fake + 0.25)]
    assert wasserstein_critic(*bytes_, STEPS)["distance"] == pytest.approx(2, rel=0.1)


def test_it_says_how_far_it_is():
    told = []
    points = [normal(64, 2, seed) for seed in (0, 1)]
    assert wasserstein_critic(*points, 25, tell=told.append) == wasserstein_critic(*points, 25)
    assert told == [0, 10, 20]


def test_one_distribution_is_about_zero_although_it_can_be_learnt_by_heart():
    """48 points in 100 dimensions can be told apart; those that were held out cannot."""
    found = wasserstein_critic(normal(96, 100, 0), normal(96, 100, 1), STEPS)
    assert abs(found["distance"]) < 4 * found["standard_error"]
    assert found["standard_error"] < 0.5
    learnt = normal(96, 100, 0)
    same = wasserstein_critic(learnt, learnt, STEPS)["distance"]
    assert same == pytest.approx(0, abs=4 * found["standard_error"])


def test_a_seed_and_nothing_else_decides():
    real, fake = normal(100, 3, 0), normal(90, 3, 1, shift=1.0)
    first = wasserstein_critic(real, fake, 30)
    mixed = np.random.default_rng(5).permutation
    keras.utils.set_random_seed(7)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert wasserstein_critic(mixed(real), mixed(fake), 30) == first
    finally:
        keras.config.set_dtype_policy("float32")
    assert wasserstein_critic(real, fake, 30, seed=1)["distance"] != first["distance"]


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        (np.zeros((8, 2)), np.zeros((8, 3)), "of one shape, not (8, 2) and (8, 3)"),
        (np.zeros((8, 2, 2)), np.zeros((8, 2, 2)), "images or points"),
        (np.zeros((8, 2)), np.zeros((3, 2)), "4 or more examples of each, not 8 and 3"),
        (np.zeros((8, 2)), np.full((8, 2), np.nan), "NaN"),
    ],
)
def test_bad_input(real, fake, message):
    with pytest.raises(UserError) as error:
        wasserstein_critic(real, fake)
    assert message in str(error.value)
