import keras
import numpy as np
import pytest
from scipy.stats import norm, truncnorm, uniform

from tfgan_kit.layers import Truncated


@pytest.mark.parametrize("limit", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_a_number_keeps_its_place_in_the_distribution(limit, kind):
    numbers = np.linspace(-4, 4, 41, dtype=np.float32)[:, None]
    # The uniform distribution of latents ends at 1.
    end = min(limit, 1.0)
    other = truncnorm(-limit, limit) if kind == "normal" else uniform(-end, 2 * end)
    made = np.asarray(Truncated(limit, uniform=kind == "uniform")(numbers))
    np.testing.assert_allclose(made, other.ppf(norm.cdf(numbers)), atol=2e-5 * limit)


def test_the_largest_numbers_stay_within_the_limit():
    made = np.asarray(Truncated(0.3)(np.array([[-40.0, -7.0, 7.0, 40.0]], np.float32)))
    assert np.isfinite(made).all()
    np.testing.assert_allclose(np.abs(made), 0.3, rtol=1e-5)
    assert np.abs(made).max() <= np.float32(0.3)


def test_it_is_saved_with_its_limit(tmp_path):
    numbers = keras.Input((3,))
    network = keras.Model(numbers, Truncated(0.5, uniform=True)(numbers))
    network.save(tmp_path / "a.keras")
    loaded = keras.saving.load_model(tmp_path / "a.keras")
    given = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(given), network(given))
