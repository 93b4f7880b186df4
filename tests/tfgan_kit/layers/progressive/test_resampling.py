"""Doubling, halving and blurring: what they compute, and that penalties pass through them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import correlate

from tfgan_kit.layers import Blur

KERNEL = np.outer([1, 2, 1], [1, 2, 1]) / 16
SIDE = 4


def up(image):
    return np.kron(image, np.ones((2, 2)))


def down(image):
    return image.reshape(SIDE // 2, 2, SIDE // 2, 2).mean((1, 3))


def blur(image):
    return correlate(image, KERNEL, mode="constant")


LAYERS = {
    "up": (keras.layers.UpSampling2D, up),
    "down": (lambda: keras.layers.AveragePooling2D(2), down),
    "blur": (Blur, blur),
}


def images():
    return np.random.default_rng(0).normal(size=(2, SIDE, SIDE, 3))


@pytest.mark.parametrize("name", LAYERS)
def test_each_channel_on_its_own(name):
    layer, by_hand = LAYERS[name]
    x = images()
    expected = np.stack(
        [np.stack([by_hand(x[i, :, :, c]) for c in range(3)], -1) for i in range(2)]
    )
    np.testing.assert_allclose(layer()(x), expected, atol=1e-6)


@pytest.mark.parametrize("name", LAYERS)
def test_a_penalty_has_a_gradient_through_it(name):
    """Of w in D(x) = w^2 / 2 |L x|^2, whose penalty is |w^2 L' L x|^2."""
    layer, by_hand = LAYERS[name]
    matrix = np.stack([by_hand(e.reshape(SIDE, SIDE)).ravel() for e in np.eye(SIDE**2)], 1)
    x = images()[:1, :, :, :1]
    made, w = layer(), tf.constant(0.7)
    with tf.GradientTape() as outer:
        outer.watch(w)
        point = tf.constant(x, tf.float32)
        with tf.GradientTape() as inner:
            inner.watch(point)
            value = 0.5 * tf.reduce_sum((w * made(point)) ** 2)
        penalty = tf.reduce_sum(inner.gradient(value, point) ** 2)
    expected = 4 * 0.7**3 * np.sum((matrix.T @ matrix @ x.ravel()) ** 2)
    assert float(outer.gradient(penalty, w)) == pytest.approx(expected, rel=1e-4)
