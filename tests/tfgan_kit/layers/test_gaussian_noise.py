"""Gaussian noise: its numbers, its counter, and two replicas against one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both, split, stacked
from tfgan_kit.layers import GaussianNoise, mixes_examples
from tfgan_kit.randomness import seed_of

X = np.random.default_rng(0).uniform(0.5, 1.5, size=(8, 5, 3)).astype("float32")


def test_the_noise_is_a_function_of_seed_and_counter():
    layer = GaussianNoise(0.2, seed=7)
    for count in range(3):
        y = layer(X, training=True)
        seed = [seed_of(7, "noise"), count * 65536]
        noise = tf.random.stateless_normal(X.shape, seed, alg="philox")
        np.testing.assert_allclose(y, X + 0.2 * noise, rtol=1e-6)
    assert int(layer.counter) == 3


def test_without_training_nothing_happens():
    layer = GaussianNoise(0.5)
    for y in (layer(X), layer(X, training=False), GaussianNoise(0.0)(X, training=True)):
        np.testing.assert_array_equal(y, X)
    assert int(layer.counter) == 0


def test_a_negative_deviation_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        GaussianNoise(-0.1)


def test_a_loaded_model_goes_on_where_the_saved_one_stood(tmp_path):
    inputs = keras.Input((5, 3))
    model = keras.Model(inputs, GaussianNoise(0.3, name="noise")(inputs))
    assert mixes_examples(model)
    model(X, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(X, training=True), model(X, training=True))
    assert int(loaded.get_layer("noise").counter) == 2


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_adds_the_same(policy):
    y = GaussianNoise(0.3, seed=2, dtype=policy)(X, training=True)
    assert y.dtype == policy.removeprefix("mixed_")
    exact = GaussianNoise(0.3, seed=2)(X, training=True)
    np.testing.assert_allclose(tf.cast(y, "float32"), exact, rtol=0.01, atol=0.01)


def compute(strategy):
    with strategy.scope():
        layer = GaussianNoise(0.5, seed=5)
        layer.build(X.shape)

    @tf.function
    def run(x):
        return strategy.run(lambda x: {"y": layer(x, training=True)}, args=(x,))

    run(split(strategy, X))
    return stacked(strategy, run(split(strategy, X)))


def test_two_replicas_add_what_one_would(tmp_path):
    results = in_a_process(__file__, tmp_path / "results.npz")
    parts = results["two/y"]
    np.testing.assert_array_equal(np.concatenate(parts), results["one/y"][0])
    assert np.abs((parts[0] - X[:4]) - (parts[1] - X[4:])).max() > 0.1


if __name__ == "__main__":
    save_both(compute)
