import keras
import numpy as np
import pytest

from nets.translation import rrdb, srresnet
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Dropout
from tfgan_kit.models.interpolate import interpolate


def network(seed, **kwargs):
    """One whose normalization has seen images."""
    keras.utils.set_random_seed(seed)
    model = srresnet.generator(**{"filters": 4, "blocks": 1, "scale": 2, **kwargs})
    x = np.random.default_rng(seed).uniform(-1, 1, (2, 8, 8, 3)).astype("float32")
    model({"input": x}, training=True)
    return model


def test_the_ends_are_the_two_networks_exactly():
    first, second = network(0), network(1)
    for alpha, end in ((0, first), (1, second)):
        between = interpolate(first, second, alpha)
        assert not {id(w) for w in between.weights} & {id(w) for w in end.weights}
        for ours, expected in zip(between.weights, end.weights, strict=True):
            assert ours.path == expected.path
            np.testing.assert_array_equal(ours, expected)
        x = np.random.default_rng(2).uniform(-1, 1, (2, 5, 6, 3)).astype("float32")
        np.testing.assert_array_equal(between({"input": x})["image"], end({"input": x})["image"])


def test_between_them_every_variable_is_weighted_and_both_stay():
    first, second = network(0), network(1)
    before = [first.get_weights(), second.get_weights()]
    between = interpolate(first, second, 0.8)
    for ours, a, b in zip(between.get_weights(), *before, strict=True):
        np.testing.assert_allclose(ours, 0.2 * a + 0.8 * b, rtol=1e-5, atol=1e-7)
    for model, old in zip((first, second), before, strict=True):
        for a, b in zip(model.get_weights(), old, strict=True):
            np.testing.assert_array_equal(a, b)


def test_loaded_networks(tmp_path):
    for seed in (0, 1):
        network(seed).save(tmp_path / f"{seed}.keras")
    first, second = (keras.saving.load_model(tmp_path / f"{seed}.keras") for seed in (0, 1))
    for ours, a in zip(interpolate(first, second, 1).weights, network(1).weights, strict=True):
        np.testing.assert_array_equal(ours, a)


def test_counters_are_not_averaged():
    def dropping(count):
        model = keras.Sequential([keras.Input((3,)), Dropout(0.5, name="dropout")], name="model")
        for _ in range(count):
            model(np.zeros((1, 3)), training=True)
        return model

    first, second = dropping(1), dropping(4)
    [a], [b] = first.get_weights(), second.get_weights()
    assert not np.array_equal(a, b)
    for alpha, expected in ((0, a), (0.5, a), (1, b)):
        np.testing.assert_array_equal(interpolate(first, second, alpha).get_weights()[0], expected)


@pytest.mark.parametrize("alpha", [-0.1, 1.5, float("nan")])
def test_outside_the_two_is_one_line(alpha):
    first = network(0)
    with pytest.raises(UserError, match="choose a number from 0 to 1"):
        interpolate(first, first, alpha)


def test_other_architectures_are_one_line_that_names_a_variable():
    first = network(0)
    other = rrdb.generator(filters=4, blocks=1, growth=2)
    with pytest.raises(UserError, match="only the first has prelu_first/alpha; choose two runs"):
        interpolate(first, other, 0.5)
    with pytest.raises(UserError, match="only the second has block_2_conv_1/kernel; choose two"):
        interpolate(first, network(1, blocks=2), 0.5)
    with pytest.raises(
        UserError, match="conv_first/kernel is 9 x 9 x 3 x 4 in the first and 9 x 9"
    ):
        interpolate(first, network(1, filters=5), 0.5)
