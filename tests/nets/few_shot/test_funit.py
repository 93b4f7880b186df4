"""FUNIT's networks: their sizes, which are counted layer by layer, and the discriminator's maps."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.few_shot import funit
from tests.nets.translation.networks import draw, survives_saving, trainable


def convolution(size, before, after, bias=True):
    return size * size * before * after + bias * after


def dense(before, after):
    return before * after + after


def of_content_encoder(n, downs, blocks):
    total = convolution(7, 3, n)
    for _ in range(downs):
        total, n = total + convolution(4, n, 2 * n), 2 * n
    return total + blocks * 2 * convolution(3, n, n)


def of_class_encoder(n, downs, code):
    widths = [n, 2 * n, *[4 * n] * downs]
    total = convolution(7, 3, n)
    for before, after in itertools.pairwise(widths):
        total += convolution(4, before, after)
    return total + dense(4 * n, code)


def of_decoder(n, downs, blocks, code, units):
    wide = n * 2**downs
    total = dense(code, units) + dense(units, units) + dense(units, blocks * 2 * 2 * wide)
    total += blocks * 2 * convolution(3, wide, wide)
    for _ in range(downs):
        total, wide = total + convolution(5, wide, wide // 2), wide // 2
    return total + convolution(7, n, 3)


def of_discriminator(n, downs, classes):
    total, most = convolution(7, 3, n), 16 * n
    for _ in range(downs):
        wide = min(2 * n, most)
        total += 2 * convolution(3, n, n) + convolution(3, n, n) + convolution(3, n, wide)
        total += convolution(1, n, wide, bias=False) * (n != wide)
        n = wide
    return total + 4 * convolution(3, n, n) + convolution(1, n, classes)


@pytest.fixture
def _zero_weights(monkeypatch):
    kind = keras.initializers.HeNormal
    monkeypatch.setattr(kind, "__call__", lambda _, shape, dtype=None: tf.zeros(shape, dtype))


@pytest.mark.usefixtures("_zero_weights")
def test_parameters_at_full_size():
    assert trainable(funit.content_encoder(3)) == of_content_encoder(64, 3, 2) == 12_202_112
    assert trainable(funit.class_encoder(3)) == of_class_encoder(64, 3, 64) == 2_779_328
    assert trainable(funit.decoder(3)) == of_decoder(64, 3, 2, 64, 256) == 14_884_995
    made = funit.discriminator((128, 128, 3), 119)
    assert trainable(made) == of_discriminator(64, 4, 119) == 54_252_599
    assert made.output["logits"].shape == (None, 8, 8, 1)
    assert made.output["features"].shape == (None, 1024)
    # All statistics of AdaIN.
    of_adain = [x for x in funit.decoder(3).layers if x.name.endswith("statistics")]
    assert sum(layer.units for layer in of_adain) == 4096


@pytest.fixture(scope="module")
def small():
    return funit.discriminator((16, 16, 3), 5, downs=2, filters=4)


def test_parameters_of_a_small_one(small):
    assert trainable(small) == of_discriminator(4, 2, 5)


def test_the_logits_are_the_map_of_the_class(small):
    inputs = draw(small, 16) | {"label": np.eye(5, dtype=np.float32)[[3, 0]]}
    said = small(inputs)
    conv = small.get_layer("maps_conv")
    x = tf.nn.leaky_relu(said["features_3"], 0.2)
    maps = tf.einsum("bhwc,cd->bhwd", x, conv.kernel[0, 0]) + conv.bias
    np.testing.assert_allclose(said["logits"][0, ..., 0], maps[0, ..., 3], atol=1e-5)
    np.testing.assert_allclose(said["logits"][1, ..., 0], maps[1, ..., 0], atol=1e-5)
    mean = said["features_3"].numpy().mean((1, 2))
    np.testing.assert_allclose(said["features"], mean, atol=1e-6)


def test_blocks_activate_before_they_convolve(small):
    inputs = draw(small, 16)
    wanted = ("first_conv", "block_1_1", "block_1_2")
    parts = keras.Model(small.input, [small.get_layer(name).output for name in wanted])
    first, one, two = (x.numpy() for x in parts(inputs))

    def convolved(x, name):
        layer, size = small.get_layer(f"{name}_conv"), 3
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), "reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), (1, 2))
        return np.einsum("bijcuv,uvcd->bijd", windows, layer.kernel.numpy()) + layer.bias.numpy()

    def active(x):
        return np.where(x > 0, x, 0.2 * x)

    def residual(x, name):
        return convolved(active(convolved(active(x), f"{name}_1")), f"{name}_2")

    np.testing.assert_allclose(one, first + residual(first, "block_1_1"), atol=1e-4)
    shortcut = one @ small.get_layer("block_1_2_shortcut_conv").kernel.numpy()[0, 0]
    np.testing.assert_allclose(two, shortcut + residual(one, "block_1_2"), atol=1e-4)


def test_networks_survive_saving(small, tmp_path):
    survives_saving(small, draw(small, 16), tmp_path)
    decoder = funit.decoder(3, code_size=4, blocks=1, downs=2, filters=2, units=3)
    inputs = {
        "content": np.random.default_rng(0).normal(size=(2, 4, 4, 8)).astype(np.float32),
        "style": np.ones((2, 4), np.float32),
    }
    survives_saving(decoder, inputs, tmp_path)
    norms = [x for x in decoder.layers if isinstance(x, keras.layers.GroupNormalization)]
    # As many groups as channels: instance normalisation.
    assert [layer.groups for layer in norms] == [4, 2]
