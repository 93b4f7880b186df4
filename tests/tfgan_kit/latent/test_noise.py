"""Maps of noise as inputs, and what they are kept from."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.latent.small_styles import uses
from tfgan_kit.latent.noise import noise_penalty, normalised, with_noise


def by_hand(each):
    """The penalty of one map (side, side), in numpy."""
    total, each = 0.0, each.astype(np.float64)
    while True:
        for axis in (0, 1):
            total += (each * np.roll(each, 1, axis)).mean() ** 2
        if len(each) <= 8:
            return total
        each = each.reshape(len(each) // 2, 2, len(each) // 2, 2).mean((1, 3))


def test_the_penalty_of_ones_is_two_for_each_size():
    ones = [tf.ones((3, side, side, 1)) for side in (4, 8, 32)]
    np.testing.assert_allclose(noise_penalty(ones[1:2]), [2.0] * 3)
    np.testing.assert_allclose(noise_penalty(ones[:1]), [2.0] * 3)
    np.testing.assert_allclose(noise_penalty(ones), [2.0 * (1 + 1 + 3)] * 3)


def test_the_penalty_is_the_formula():
    maps = [
        np.random.default_rng(side).normal(0.3, 1, (2, side, side, 1)).astype("float32")
        for side in (4, 16, 32)
    ]
    expected = [sum(by_hand(each[i, ..., 0]) for each in maps) for i in range(2)]
    np.testing.assert_allclose(noise_penalty(map(tf.constant, maps)), expected, rtol=1e-4)


def test_normalised_maps():
    maps = tf.constant(np.random.default_rng(0).normal(3, 5, (2, 8, 8, 1)), tf.float32)
    made = normalised(maps).numpy()
    np.testing.assert_allclose(made.mean((1, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(made.var((1, 2, 3)), 1, rtol=1e-4)
    assert np.isfinite(normalised(tf.ones((1, 4, 4, 1)))).all()


@pytest.fixture(scope="module")
def noisy():
    """A use whose layers add noise, and its network."""
    (_, _, synthesize), networks = uses(0, size=4, side=16, width=1 / 64)
    rng = np.random.default_rng(0)
    layers = [x for x in networks["synthesis"].layers if x.name.startswith("noise_")]
    for layer in layers:
        layer.weight.assign(rng.normal(size=layer.weight.shape))
    return synthesize, layers


def test_maps_are_inputs(noisy):
    synthesize, layers = noisy
    bound, maps = with_noise(synthesize)
    assert {n: v.shape[0] for n, v in maps.items()} == {
        f"noise_{i}_map": side for i, side in enumerate((4, 4, 8, 8, 16, 16))
    }
    for layer in layers:
        np.testing.assert_array_equal(maps[f"{layer.name}_map"], layer.fixed[0])
    styles = np.random.default_rng(1).normal(size=(3, 6, 4)).astype("float32")
    given = {name: np.stack([values] * 3) for name, values in maps.items()}
    plain = synthesize.render({"styles": styles})["image"]
    np.testing.assert_array_equal(bound.render({"styles": styles, **given})["image"], plain)
    # Each example has its own.
    given["noise_5_map"][1] *= -1
    other = bound.render({"styles": styles, **given})["image"]
    np.testing.assert_array_equal(other[[0, 2]], plain[[0, 2]])
    assert not np.allclose(other[1], plain[1])
    # The use itself is as it was.
    np.testing.assert_array_equal(synthesize.render({"styles": styles})["image"], plain)
