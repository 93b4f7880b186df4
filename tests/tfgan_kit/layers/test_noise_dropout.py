"""Noise that a seed determines."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import NoiseDropout


def masks(seeds, shape=(16, 16, 8), rate=0.5, number=0):
    values = tf.ones([len(seeds), *shape])
    return NoiseDropout(rate, number)([values, tf.constant(seeds, tf.int64)]).numpy()


def test_an_example_depends_on_its_own_seed_alone():
    together = masks([3, 5, 3])
    np.testing.assert_array_equal(together[0], together[2])
    np.testing.assert_array_equal(together[1:2], masks([5]))
    assert (together[0] != together[1]).any()
    assert (masks([3], number=1) != together[0]).any()


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.5])
def test_the_share_and_the_mean_are_right(rate):
    made = masks(np.arange(200), rate=rate)
    assert set(np.unique(made)) <= {0.0, np.float32(1 / (1 - rate))}
    # 409,600 draws: a standard deviation of the share is below 0.0008.
    assert abs((made == 0).mean() - rate) < 0.004
    # Each position over 200 seeds, and each example over 2,048 positions.
    assert np.abs((made == 0).mean(0) - rate).max() < 0.2
    assert np.abs((made == 0).mean((1, 2, 3)) - rate).max() < 0.06


def test_masks_of_seeds_layers_and_places_are_independent():
    one = masks(np.arange(50)).reshape(50, -1) > 0
    correlation = np.corrcoef(one)
    assert np.abs(correlation - np.eye(50)).max() < 0.1  # 4.5 standard deviations
    other = masks(np.arange(50), number=1).reshape(50, -1) > 0
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.015
    for shift in (1, 8, 128):  # the neighbouring channel, column and row
        assert abs(np.corrcoef(one[:, shift:].ravel(), one[:, :-shift].ravel())[0, 1]) < 0.015


def test_a_network_with_it_is_saved_and_gives_the_same(tmp_path):
    image = keras.Input((None, None, 3), name="image")
    seed = keras.Input((), dtype="int64", name="seed")
    model = keras.Model({"image": image, "seed": seed}, NoiseDropout(0.5)([image, seed]))
    given = {"image": tf.ones([2, 8, 4, 3]), "seed": tf.constant([1, 2**40], tf.int64)}
    model.save(tmp_path / "a.keras")
    again = keras.saving.load_model(tmp_path / "a.keras")
    np.testing.assert_array_equal(model(given, training=True), again(given, training=False))


def test_a_rate_of_one_is_refused():
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        NoiseDropout(1.0)
