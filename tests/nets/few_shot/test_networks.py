"""Sizes of the networks of few-shot tasks, and what their outputs depend on."""

import keras
import numpy as np
import pytest

from nets.few_shot import learner, metagan
from tfgan_kit import meta
from tfgan_kit.errors import UserError


def test_the_learner_of_omniglot_is_the_papers():
    network = learner.convolutional((28, 28, 1), 5)
    norms = 4 * 2 * 64
    trained = 9 * 64 + 3 * 9 * 64 * 64 + norms + 64 * 5 + 5
    assert sum(np.prod(v.shape) for v in network.trainable_variables) == trained == 112_005
    assert network.count_params() == trained + norms
    assert network.get_layer("relu_4").output.shape[1:] == (2, 2, 64)
    found = network({"image": np.zeros((3, 28, 28, 1), "f4")})
    assert {name: value.shape for name, value in found.items()} == {
        "logits": (3, 5),
        "probabilities": (3, 5),
    }


def test_the_learner_of_mini_imagenet_pools():
    network = learner.convolutional((84, 84, 3), 5, filters=32, downsampling="pool")
    trained = 27 * 32 + 3 * 9 * 32 * 32 + 4 * 2 * 32 + 5 * 5 * 32 * 5 + 5
    assert sum(np.prod(v.shape) for v in network.trainable_variables) == trained
    assert network.get_layer("features").output.shape[1:] == (5 * 5 * 32,)


def test_the_network_of_sinusoids():
    network = learner.dense(1, 1)
    assert network.count_params() == 2 * 40 + 41 * 40 + 41 == 1761
    assert network({"image": np.zeros((3, 1), "f4")})["target"].shape == (3, 1)


def test_moving_statistics_are_those_of_the_last_batch():
    network = learner.convolutional((16, 16, 1), 3, filters=2)
    images = np.random.default_rng(0).normal(size=(7, 16, 16, 1)).astype("f4")
    weights = meta.weights_of(network)
    before = network.get_weights()
    first = keras.Model(network.input, network.get_layer("conv_1").output)({"image": images})
    mean, variance, *_ = meta.statistics_of(network, weights, {"image": images})
    np.testing.assert_allclose(mean, np.mean(first, (0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(variance, np.var(first, (0, 1, 2)), rtol=1e-4)
    for now, then in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_metagans_networks():
    encoder = metagan.encoder((32, 32, 1), filters=8)
    assert encoder({"image": np.zeros((2, 32, 32, 1), "f4")})["code"].shape == (2, 128)
    generator = metagan.generator((32, 24, 3), 100, filters=4)
    given = np.random.default_rng(1).normal(size=(5, 228)).astype("f4")

    def made(values):
        parts = {"latent": values[:, :100], "code": values[:, 100:]}
        return generator(parts, training=True)["image"].numpy()

    images = made(given)
    assert images.shape == (5, 32, 24, 3)
    assert np.abs(images).max() <= 1
    # Each image by itself: as its norm is that of groups of its own channels.
    np.testing.assert_allclose(made(given[:2]), images[:2], atol=1e-5)
    dense = 228 * 4 * 3 * 16
    convs = 16 * (16 * 8 + 8 * 4 + 4 * 3) + 3
    assert generator.count_params() == dense + convs + 2 * (16 + 8 + 4)


def test_the_fake_class_has_a_logit_of_its_own():
    network = learner.convolutional((16, 16, 1), 3, filters=2, fake=True, name="discriminator")
    found = network({"image": np.zeros((2, 16, 16, 1), "f4")})
    assert found["fake_logit"].shape == (2, 1)
    np.testing.assert_allclose(found["probabilities"].numpy().sum(1), 1, rtol=1e-5)


def test_other_images_are_refused():
    with pytest.raises(UserError, match="at least 16x16, these are 8x8x1"):
        learner.convolutional((8, 8, 1), 5)
    with pytest.raises(UserError, match="multiples of 8, these are 20x32"):
        metagan.generator((20, 32, 1), 4)
