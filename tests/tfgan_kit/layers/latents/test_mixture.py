import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import Mixture


def test_a_latent_moves_along_the_axis_of_its_largest_number():
    latents = np.array([[1, 2, 0, 9], [-1, -2, -3, -4], [0, 0, 0.5, -7]], np.float32)
    made = np.asarray(Mixture(3, 10.0)(latents))
    moved = np.zeros((3, 4))
    # The fourth number is none of the first three.
    moved[[0, 1, 2], [1, 0, 2]] = 10.0
    np.testing.assert_array_equal(made, latents + moved)


@pytest.mark.parametrize("drawn", ["normal", "uniform"])
def test_components_are_equally_likely_and_lie_apart(drawn):
    rng = np.random.default_rng(0)
    shape = (20_000, 16)
    latents = rng.normal(size=shape) if drawn == "normal" else rng.uniform(-1, 1, shape)
    made = np.asarray(Mixture(8, 4.0)(latents.astype("float32")))
    component = latents[:, :8].argmax(1)
    # Four standard deviations of a share.
    np.testing.assert_allclose(np.bincount(component) / 20_000, 1 / 8, atol=4 * 0.35 / 20_000**0.5)
    means = np.stack([made[component == k].mean(0) for k in range(8)])
    distances = np.linalg.norm(means[:, None] - means, axis=-1)[~np.eye(8, dtype=bool)]
    # At least as far as they moved, in two directions.
    assert distances.min() > 4.0 * 2**0.5


def test_the_gradient_reaches_the_latent_as_it_is():
    latent = tf.constant([[0.3, -1.0, 2.0]])
    with tf.GradientTape() as tape:
        tape.watch(latent)
        value = tf.reduce_sum(Mixture(3, 5.0)(latent) * [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(tape.gradient(value, latent), [[1.0, 2.0, 3.0]])


def test_it_is_saved_with_its_settings(tmp_path):
    latent = keras.Input((6,))
    network = keras.Model(latent, Mixture(4, 2.5)(latent))
    network.save(tmp_path / "a.keras")
    loaded = keras.saving.load_model(tmp_path / "a.keras")
    given = np.random.default_rng(0).normal(size=(9, 6)).astype("float32")
    np.testing.assert_array_equal(loaded(given), network(given))


def test_the_component_does_not_depend_on_the_precision_of_networks():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        latent = keras.Input((64,))
        network = keras.Model(latent, Mixture(64, 8.0)(latent))
    finally:
        keras.config.set_dtype_policy("float32")
    assert network.output.dtype == "float32"
    given = np.random.default_rng(0).normal(size=(4000, 64)).astype("float32")
    np.testing.assert_array_equal(network(given), Mixture(64, 8.0)(given))


@pytest.mark.parametrize("count", [0, 7])
def test_components_that_the_latent_has_no_number_for_are_refused(count):
    with pytest.raises(ValueError, match=f"{count} components of a latent of 6 numbers"):
        Mixture(count, 1.0)(np.zeros((1, 6), "float32"))
