"""The networks of ProGAN: their sizes, and how one resolution continues another."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.progressive.channels import channels_at
from nets.progressive.discriminator import discriminator
from nets.progressive.progan_generator import generator
from nets.progressive.sizes import SIZES
from tests.nets.translation.networks import build_in, trainable
from tfgan_kit.errors import UserError
from tfgan_kit.models.copying import fill

WIDTH = 1 / 64


def test_channels_are_those_of_the_paper():
    wide = [512, 512, 512, 512, 256, 128, 64, 32, 16]
    assert [channels_at(side) for side in SIZES.sides] == wide
    assert [channels_at(side, 1 / 8) for side in SIZES.sides] == [n // 8 for n in wide]


@pytest.mark.parametrize(
    ("side", "width", "of_generator", "of_discriminator"),
    [
        (32, 1, 20_719_628, 20_726_785),
        (64, 1, 22_490_383, 22_498_049),
        (128, 1, 22_933_394, 22_941_313),
        (256, 1, 23_044_309, 23_052_353),
        (32, 1 / 8, 324_876, 325_761),
    ],
)
def test_parameters(side, width, of_generator, of_discriminator):
    latent = round(512 * width)
    made = generator((side, side, 3), latent, width=width)
    judge = discriminator((side, side, 3), width=width)
    assert made.count_params() == of_generator
    assert judge.count_params() == of_discriminator
    # One colour: two fewer in every layer next to an image.
    count = SIZES.sides.index(side) + 1
    channels = [channels_at(each, width) for each in SIZES.sides[:count]]
    gray = generator((side, side, 1), latent, width=width)
    assert of_generator - gray.count_params() == 2 * (sum(channels) + count)
    gray = discriminator((side, side, 1), width=width)
    assert of_discriminator - gray.count_params() == 2 * sum(channels)


def test_the_published_size():
    """23.1 million each, as printed."""
    assert round(trainable(generator((1024, 1024, 3), 512)) / 1e6, 1) == 23.1
    assert round(trainable(discriminator((1024, 1024, 3))) / 1e6, 1) == 23.1


def build(side, *, fading=False, channels=1, seed=0):
    keras.utils.set_random_seed(seed)
    options = {"width": WIDTH, "fading": fading}
    shape = (side, side, channels)
    networks = generator(shape, 5, **options), discriminator(shape, **options)
    rng = np.random.default_rng(seed)
    for network in networks:
        for variable in network.trainable_variables:
            if variable.name == "bias":
                variable.assign(rng.normal(size=variable.shape))
    return networks


def continued(network, older):
    copied, _ = fill(network, {v.path: v.numpy() for v in older.variables})
    assert copied
    return network


def drawn(side, channels=1, batch=4):
    rng = np.random.default_rng(1)
    images = rng.normal(size=(batch, side, side, channels))
    return rng.normal(size=(batch, 5)).astype("float32"), images.astype("float32")


@pytest.mark.parametrize("side", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_fade_begins_with_the_older_networks(side, channels):
    old, new = build(side // 2, channels=channels), build(side, fading=True, channels=channels)
    made, judge = (continued(n, o) for n, o in zip(new, old, strict=True))
    latent, images = drawn(side, channels)
    expected = old[0](latent)["image"].numpy().repeat(2, 1).repeat(2, 2)
    np.testing.assert_array_equal(made(latent)["image"], expected)
    half = images.reshape(4, side // 2, 2, side // 2, 2, channels).mean((2, 4))
    expected = old[1](half)["logits"]
    np.testing.assert_allclose(judge(images)["logits"], expected, rtol=1e-5, atol=1e-6)


def test_a_fade_ends_without_the_older_layers():
    networks, stable = build(16, fading=True), build(16)
    inputs = drawn(16)
    for network, after, value, kind in zip(
        networks, stable, inputs, ("to_rgb_8", "from_rgb_8"), strict=True
    ):
        name = "image" if kind == "to_rgb_8" else "logits"
        network.get_layer("fade").alpha.assign(1.0)
        before = network(value)[name].numpy()
        continued(after, network)
        np.testing.assert_array_equal(after(value)[name], before)
        for variable in network.get_layer(kind).variables:
            variable.assign(variable * 2 + 1)
        np.testing.assert_array_equal(network(value)[name], before)
        network.get_layer("fade").alpha.assign(0.5)
        assert not np.array_equal(network(value)[name], before)


def test_between_it_is_a_mixture():
    network, _ = build(16, fading=True)
    latent, _ = drawn(16)
    ends = []
    for alpha in (0.0, 1.0):
        network.get_layer("fade").alpha.assign(alpha)
        ends.append(network(latent)["image"].numpy())
    network.get_layer("fade").alpha.assign(0.25)
    expected = 0.75 * ends[0] + 0.25 * ends[1]
    np.testing.assert_allclose(network(latent)["image"], expected, rtol=1e-5, atol=1e-6)


def test_older_images_are_those_of_the_older_network():
    old, new = build(8)[0], build(32)[0]
    continued(new, old)
    latent, _ = drawn(8)
    assert set(new.output) == {"to_rgb_4", "to_rgb_8", "to_rgb_16", "image", "shown"}
    np.testing.assert_array_equal(new(latent)["to_rgb_8"], old(latent)["image"])


@pytest.mark.parametrize("fading", [False, True])
def test_every_layer_is_named_and_saved(fading, tmp_path):
    for network, value in zip(build(16, fading=fading), drawn(16), strict=True):
        paths = [v.path for v in network.variables]
        assert len(set(paths)) == len(paths)
        network.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        for name, expected in network(value).items():
            np.testing.assert_array_equal(loaded(value)[name], expected)


def test_half_precision():
    exact = build(16)
    half = build_in("mixed_bfloat16", lambda: build(16))
    for network, other, value in zip(exact, half, drawn(16), strict=True):
        name = "image" if network.name == "generator" else "logits"
        found = other(value)[name]
        assert found.dtype == tf.float32
        np.testing.assert_allclose(found, network(value)[name], atol=0.2)
    assert half[1].get_layer("conv_16_1").compute_dtype == "bfloat16"


@pytest.mark.parametrize("shape", [(12, 12, 3), (2, 2, 3), (2048, 2048, 3), (16, 32, 3), (4,)])
def test_other_sizes_are_refused(shape):
    for build_one in (lambda: generator(shape, 5), lambda: discriminator(shape)):
        with pytest.raises(UserError, match="does not support examples of shape"):
            build_one()


def test_images_can_be_shown_larger():
    network = generator((8, 8, 3), 5, width=WIDTH, shown_side=32)
    made = network(drawn(8)[0])
    expected = made["image"].numpy().repeat(4, 1).repeat(4, 2)
    np.testing.assert_array_equal(made["shown"], expected)
