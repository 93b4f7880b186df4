"""Networks of depth, albedo, view, light and offsets."""

import math

import numpy as np
import pytest

from nets.latent.encoder_decoder import albedo, depth
from nets.latent.offset import offset
from nets.latent.pose import LARGEST_LIGHT, LARGEST_TURN, light, view
from tfgan_kit.errors import UserError

RNG = np.random.default_rng(0)
MAKE = {
    "depth": lambda shape, **how: depth(shape, reach=0.7, **how),
    "albedo": albedo,
    "view": view,
    "light": light,
    "offset": lambda shape, **how: offset(shape, 5, **how),
}


def pictures(shape, count=2):
    return RNG.uniform(-1, 1, (count, *shape)).astype(np.float32)


def grown(network, factor=30.0):
    """The same network with a last layer that drives its outputs to their limits."""
    last = [layer for layer in network.layers if hasattr(layer, "kernel")][-1]
    last.kernel.assign(RNG.normal(0, factor, last.kernel.shape))
    return network


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("shape", [(16, 16, 1), (32, 32, 3), (128, 128, 3)])
def test_names_and_shapes(name, shape):
    network = MAKE[name](shape, width=1 / 32)
    sizes = {"depth": (*shape[:2], 1), "albedo": shape, "view": (2,), "light": (4,), "offset": (5,)}
    assert network.name == name
    found = network(pictures(shape))
    assert {k: (v.shape, v.dtype) for k, v in found.items()} == {
        name: ((2, *sizes[name]), "float32")
    }


@pytest.mark.parametrize("name", MAKE)
def test_width_scales_and_other_sizes_are_refused(name):
    narrow, wide = (MAKE[name]((32, 32, 1), width=w).count_params() for w in (0.25, 0.5))
    assert 3 < wide / narrow < 4
    for shape in ((24, 24, 1), (32, 64, 1)):
        with pytest.raises(UserError, match=f"network '{name}' does not support"):
            MAKE[name](shape)


def test_depth_is_limited_and_its_middle_is_taken_away():
    network = depth((32, 32, 1), reach=0.7, width=1 / 16)
    images = pictures((32, 32, 1))
    found = network(images)["depth"].numpy().astype(np.float64)
    np.testing.assert_allclose(np.arctanh(found / 0.7).mean((1, 2, 3)), 0, atol=1e-5)
    last = network.get_layer("maps")
    last.bias.assign([3.0])
    np.testing.assert_allclose(network(images)["depth"], found, atol=1e-5)
    largest = np.abs(grown(network)(images)["depth"]).max()
    assert 0.65 < largest <= 0.7


def test_colours_are_between_black_and_full_light():
    found = grown(albedo((16, 16, 3), width=1 / 16))(pictures((16, 16, 3)))["albedo"].numpy()
    assert 0 <= found.min() < 0.01
    assert 0.99 < found.max() <= 1


def test_a_pose_begins_from_the_front_and_is_limited():
    images = pictures((16, 16, 1), 40)
    seen, lit = view((16, 16, 1), width=0.1), light((16, 16, 1), width=0.1)
    np.testing.assert_array_equal(seen(images)["view"], 0)
    np.testing.assert_allclose(lit(images)["light"], np.tile([0, 0, 0.3, 0.7], (40, 1)), rtol=1e-6)
    turns = np.abs(grown(seen)(images)["view"]).max()
    assert math.isclose(turns, math.pi / 3, rel_tol=1e-3)
    assert turns <= LARGEST_TURN * (1 + 1e-6)
    found = grown(lit)(images)["light"].numpy()
    assert math.isclose(np.abs(found[:, :2]).max(), LARGEST_LIGHT, rel_tol=1e-3)
    assert found[:, 2:].min() >= 0
    assert found[:, 2:].max() <= 1


def test_offsets_begin_as_nothing():
    images = pictures((32, 32, 1))
    network = offset((32, 32, 1), 5, width=0.1)
    np.testing.assert_array_equal(network(images)["offset"], 0)
    moved = grown(network, 1.0)(images)["offset"].numpy()
    assert np.abs(moved[0] - moved[1]).max() > 1e-3
