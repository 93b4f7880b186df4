"""The networks of StyleGAN: their sizes, and which layer has which style."""

import keras
import numpy as np
import pytest

from nets.progressive.discriminator import discriminator
from nets.progressive.stylegan import layers_at, mapping, synthesis, truncation
from tests.nets.progressive.test_progan import continued
from tests.nets.translation.networks import build_in, survives_saving, trainable
from tfgan_kit.errors import UserError

WIDTH, LATENT = 1 / 64, 6


@pytest.mark.parametrize(
    ("side", "width", "count"),
    [
        (32, 1, 22_841_356),
        (64, 1, 25_137_935),
        (128, 1, 25_843_858),
        (256, 1, 26_086_229),
        (32, 1 / 8, 360_716),
    ],
)
def test_parameters(side, width, count):
    latent = round(512 * width)
    mapped = trainable(mapping(latent))
    assert mapped == 8 * latent * (latent + 1)
    assert trainable(truncation(latent, side)) == 0
    assert mapped + trainable(synthesis((side, side, 3), latent, width=width)) == count


def test_the_published_size():
    """26.2 million, as printed."""
    parts = mapping(512), synthesis((1024, 1024, 3), 512)
    assert round(sum(map(trainable, parts)) / 1e6, 1) == 26.2


def test_the_number_of_layers():
    assert [layers_at(side) for side in (4, 8, 32, 64, 128, 256)] == [2, 4, 8, 10, 12, 14]


def build(side, *, fading=False, shown_side=None):
    keras.utils.set_random_seed(0)
    options = {"width": WIDTH, "fading": fading, "shown_side": shown_side}
    network = synthesis((side, side, 1), LATENT, **options)
    rng = np.random.default_rng(0)
    for variable in network.trainable_variables:
        if variable.name == "bias":
            variable.assign(rng.normal(size=variable.shape))
    return network


def drawn(side, batch=3):
    shape = (batch, layers_at(side), LATENT)
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def test_each_layer_has_its_style():
    network, styles = build(16), drawn(16)
    before = network(styles)["image"].numpy()
    maps = keras.Model(
        network.input, [network.get_layer(f"norm_{i}").output for i in range(layers_at(16))]
    )
    plain = [x.numpy() for x in maps(styles)]
    for layer in range(layers_at(16)):
        other = styles.copy()
        other[:, layer] = 0
        assert not np.allclose(network(other)["image"], before)
        changed = [not np.array_equal(a, b) for a, b in zip(plain, maps(other), strict=True)]
        assert changed == [False] * layer + [True] * (layers_at(16) - layer)


def test_the_image_does_not_depend_on_noise_at_first():
    network, styles = build(8), drawn(8)
    images = [network(styles, training=t)["image"].numpy() for t in (True, True, False)]
    np.testing.assert_array_equal(images[0], images[1])
    np.testing.assert_array_equal(images[0], images[2])
    network.get_layer("noise_3").weight.assign([1.0] * 8)
    images = [network(styles, training=t)["image"].numpy() for t in (True, True, False, False)]
    assert not np.allclose(images[0], images[1])
    np.testing.assert_array_equal(images[2], images[3])


def test_a_fade_begins_with_the_older_network():
    old, new = build(8), build(16, fading=True, shown_side=32)
    continued(new, old)
    styles = drawn(16)
    expected = old(styles[:, :4])["image"].numpy().repeat(2, 1).repeat(2, 2)
    made = new(styles)
    np.testing.assert_array_equal(made["image"], expected)
    np.testing.assert_array_equal(made["shown"], expected.repeat(2, 1).repeat(2, 2))
    new.get_layer("fade").alpha.assign(1.0)
    stable = continued(build(16), new)
    np.testing.assert_array_equal(stable(styles)["image"], new(styles)["image"])


def test_mapping_is_dense_layers_on_the_sphere():
    keras.utils.set_random_seed(0)
    network = mapping(LATENT, depth=2, lrmul=0.1)
    z = np.random.default_rng(0).normal(size=(3, LATENT)).astype("float32")
    rng = np.random.default_rng(1)
    x = z / np.sqrt((z**2).mean(-1, keepdims=True) + 1e-8)
    for i in (1, 2):
        layer = network.get_layer(f"mapping_{i}")
        layer.bias.assign(rng.normal(size=LATENT))
        x = x @ layer.kernel.numpy() * 0.1 * np.sqrt(2 / LATENT) + 0.1 * layer.bias.numpy()
        x = np.where(x > 0, x, 0.2 * x)
    np.testing.assert_allclose(network(z)["w"], x, rtol=1e-4, atol=1e-5)


def test_the_discriminator_blurs_before_it_halves():
    judge = discriminator((16, 16, 1), width=WIDTH, blur=True)
    names = [layer.name for layer in judge.layers]
    for side in (16, 8):
        assert names.index(f"blur_{side}") == names.index(f"down_{side}") - 1
    assert trainable(judge) == trainable(discriminator((16, 16, 1), width=WIDTH))


def test_saving(tmp_path):
    network = build(16, fading=True)
    survives_saving(network, drawn(16), tmp_path)
    z = np.ones((2, LATENT), "float32")
    survives_saving(mapping(LATENT), z, tmp_path)
    given = {"w": z, "psi": np.full((2, 1), 0.5, "float32")}
    survives_saving(truncation(LATENT, 16), given, tmp_path)


def test_half_precision():
    half, styles = build_in("mixed_bfloat16", lambda: build(16)), drawn(16)
    made = half(styles)["image"]
    assert made.dtype == "float32"
    np.testing.assert_allclose(made, build(16)(styles)["image"], atol=0.5)
    assert half.get_layer("conv_16_1").compute_dtype == "bfloat16"


def test_other_sizes_are_refused():
    with pytest.raises(UserError, match="does not support examples of shape"):
        synthesis((12, 12, 3), LATENT)
