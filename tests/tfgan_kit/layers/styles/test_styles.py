import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import LearnedConstant, PixelNoise, StyleNorm, Truncation

RNG = np.random.default_rng(0)
MAPS = RNG.normal(3, 2, (4, 6, 5, 3)).astype("float32")
STYLES = RNG.normal(size=(4, 6)).astype("float32")


def test_a_style_scales_and_shifts_what_is_normalised():
    mean, variance = MAPS.mean((1, 2), keepdims=True), MAPS.var((1, 2), keepdims=True)
    normalised = (MAPS - mean) / np.sqrt(variance + 1e-8)
    expected = normalised * (1 + STYLES[:, None, None, :3]) + STYLES[:, None, None, 3:]
    np.testing.assert_allclose(StyleNorm()([MAPS, STYLES]), expected, atol=1e-5)
    zero = StyleNorm()([MAPS, np.zeros_like(STYLES)])
    np.testing.assert_allclose(zero, normalised, atol=1e-5)


def test_styles_are_applied_in_float32():
    large = (1000 + MAPS).astype("float32")  # Which bfloat16 could not tell apart after squaring.
    out = StyleNorm(dtype="mixed_bfloat16")([large, STYLES])
    assert out.dtype == tf.bfloat16
    exact = StyleNorm()([large, STYLES])
    np.testing.assert_allclose(tf.cast(out, tf.float32), exact, rtol=1e-2, atol=2e-2)


def test_noise_does_nothing_until_it_has_a_weight():
    layer = PixelNoise(seed=1)
    np.testing.assert_array_equal(layer(MAPS, training=True), MAPS)
    np.testing.assert_array_equal(layer(MAPS), MAPS)


def test_noise_in_use_is_always_the_same():
    layer = PixelNoise(seed=1)
    layer.build(MAPS.shape)
    weight = np.array([0.5, 0.0, -2.0], "float32")
    layer.weight.assign(weight)
    fixed = layer.fixed.numpy()
    assert fixed.shape == (1, 6, 5, 1)
    assert 0.5 < fixed.std() < 1.5
    np.testing.assert_allclose(layer(MAPS), MAPS + fixed * weight, rtol=1e-6)
    np.testing.assert_array_equal(layer(MAPS), layer(MAPS))


def test_noise_in_training_differs_by_example_and_call():
    layer, again = PixelNoise(seed=1), PixelNoise(seed=1)
    for each in (layer, again):
        each.build((None, 32, 32, 2))
        each.weight.assign([1.0, 2.0])
    zeros = tf.zeros((4, 32, 32, 2))
    first, second = (layer(zeros, training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(again(zeros, training=True), first)
    assert not np.isclose(first, second).all(axis=(1, 2, 3)).any()
    assert not np.array_equal(first[0], first[1])
    np.testing.assert_allclose(first[..., 1], 2 * first[..., 0], rtol=1e-6)
    assert first[..., 0].std() == pytest.approx(1, abs=0.05)
    assert int(layer.counter) == 2


def test_a_constant_is_that_of_every_example():
    layer = LearnedConstant((2, 3, 4))
    np.testing.assert_array_equal(layer(STYLES), np.ones((4, 2, 3, 4)))
    value = RNG.normal(size=(2, 3, 4)).astype("float32")
    layer.value.assign(value)
    np.testing.assert_array_equal(layer(STYLES), np.stack([value] * 4))


@pytest.mark.parametrize(("layers", "first", "truncated"), [(10, 8, 8), (8, 8, 8), (6, 8, 6)])
def test_truncation_moves_the_first_layers_towards_the_mean(layers, first, truncated):
    layer, w = Truncation(layers, first), STYLES
    psi = np.array([[0.0], [0.5], [1.0], [-1.0]], "float32")
    layer.build([w.shape, psi.shape])
    mean = RNG.normal(size=6).astype("float32")
    layer.mean.assign(mean)
    out = layer([w, psi]).numpy()
    expected = np.repeat(w[:, None], layers, 1)
    expected[:, :truncated] = (mean + psi * (w - mean))[:, None]
    np.testing.assert_allclose(out, expected, atol=1e-6)
    np.testing.assert_array_equal(out[0, :truncated], np.stack([mean] * truncated))


def test_nothing_is_truncated_where_no_layer_is():
    out = Truncation(4, 0)([STYLES, np.zeros((4, 1), "float32")])
    np.testing.assert_array_equal(out, np.repeat(STYLES[:, None], 4, 1))


def test_all_survive_saving(tmp_path):
    w, psi = keras.Input((6,)), keras.Input((1,))
    styles = Truncation(3, 2)([w, psi])
    x = PixelNoise()(LearnedConstant((4, 4, 3))(styles))
    model = keras.Model([w, psi], StyleNorm()([x, w]))
    for variable in model.variables:
        if variable.dtype == "float32":
            variable.assign(RNG.normal(size=variable.shape))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    given = [STYLES, np.full((4, 1), 0.7, "float32")]
    np.testing.assert_array_equal(loaded(given), model(given))
