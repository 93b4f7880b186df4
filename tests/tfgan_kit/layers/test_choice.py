import numpy as np
import pytest
from scipy.stats import norm

from tfgan_kit.layers import Choice


def choice_of(chances):
    layer = Choice(len(chances))
    layer.build((None, 1))
    layer.set_chances(chances)
    np.testing.assert_allclose(layer.chances(), chances, atol=1e-6)
    return layer


def test_a_number_falls_into_the_interval_of_its_place_in_the_normal_distribution():
    layer = choice_of([0.2, 0.5, 0.3])
    places = np.array([0.01, 0.19, 0.21, 0.69, 0.71, 0.99])
    made = np.asarray(layer(norm.ppf(places).astype("float32")[:, None]))
    np.testing.assert_array_equal(made, np.eye(3)[[0, 0, 1, 1, 2, 2]])


@pytest.mark.parametrize("chances", [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.1, 0.0, 0.2, 0.7]])
def test_what_is_chosen_has_its_chances(chances):
    numbers = np.random.default_rng(0).normal(size=(20_000, 1)).astype("float32")
    made = np.asarray(choice_of(chances)(numbers))
    np.testing.assert_array_equal(made.sum(1), 1)
    # Four standard deviations of a share.
    np.testing.assert_allclose(made.mean(0), chances, atol=4 * 0.5 / 20_000**0.5)
    assert (made.mean(0)[np.asarray(chances) == 0] == 0).all()


def test_at_first_all_are_equally_likely():
    layer = Choice(4)
    layer.build((None, 1))
    np.testing.assert_allclose(layer.chances(), [0.25] * 4, atol=1e-6)
