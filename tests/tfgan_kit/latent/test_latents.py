"""Latents: truncated ones against draws that were repeated until they fit."""

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import fixed_latents, truncated


def drawn_again(rng, distribution, threshold, count):
    """The truncation trick as it is told: draw again what lies beyond the threshold."""
    draw = rng.standard_normal if distribution == "normal" else (lambda n: rng.uniform(-1, 1, n))
    values = draw(count)
    while (beyond := np.abs(values) > threshold).any():
        values[beyond] = draw(beyond.sum())
    return values


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("threshold", [0.2, 0.7])
def test_truncated_latents_are_as_if_drawn_again(distribution, threshold):
    latents = truncated(fixed_latents(distribution, 3, 400, 50), distribution, threshold)
    assert latents.dtype == np.float32
    assert latents.shape == (400, 50)
    assert np.abs(latents).max() <= threshold
    other = drawn_again(np.random.default_rng(0), distribution, threshold, latents.size)
    shares = np.linspace(0.01, 0.99, 25)
    # Quantiles of 20000 draws are wrong by about a hundredth of the range.
    np.testing.assert_allclose(
        np.quantile(latents, shares), np.quantile(other, shares), atol=0.03 * threshold
    )


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_truncation_keeps_order_and_does_not_depend_on_the_count(distribution):
    few = fixed_latents(distribution, 1, 3, 8)
    moved = truncated(few, distribution, 0.5)
    np.testing.assert_array_equal(np.argsort(moved, axis=None), np.argsort(few, axis=None))
    np.testing.assert_array_equal(np.sign(moved), np.sign(few))
    more = truncated(fixed_latents(distribution, 1, 9, 8), distribution, 0.5)
    np.testing.assert_array_equal(more[:3], moved)


def test_a_far_threshold_changes_nothing_and_extremes_stay_finite():
    latents = fixed_latents("normal", 0, 10, 8)
    np.testing.assert_allclose(truncated(latents, "normal", 30.0), latents, atol=1e-6)
    extreme = np.array([[-40.0, 0.0, 40.0]], np.float32)
    np.testing.assert_allclose(truncated(extreme, "normal", 0.5), [[-0.5, 0.0, 0.5]], atol=1e-6)


@pytest.mark.parametrize(
    ("distribution", "threshold"),
    [("normal", 0.0), ("normal", -1.0), ("normal", float("nan")), ("uniform", 1.0), ("uniform", 0)],
)
def test_thresholds_outside_of_the_range_are_refused(distribution, threshold):
    with pytest.raises(UserError, match="--truncation"):
        truncated(np.zeros((1, 2), np.float32), distribution, threshold)
