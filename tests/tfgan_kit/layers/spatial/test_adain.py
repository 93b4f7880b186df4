import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.layers import AdaIN

RNG = np.random.default_rng(0)
MAPS = RNG.normal(3, 2, (2, 6, 5, 4)).astype("float32")
STATISTICS = RNG.normal(0, 2, (2, 8)).astype("float32")


def test_sets_mean_and_deviation_as_asked():
    out = AdaIN()([MAPS, STATISTICS]).numpy()
    means, deviations = STATISTICS[:, :4], STATISTICS[:, 4:]
    assert (deviations < 0).any()
    np.testing.assert_allclose(out.mean((1, 2)), means, atol=1e-5)
    np.testing.assert_allclose(out.std((1, 2)), np.abs(deviations), rtol=1e-5, atol=1e-5)


def test_is_the_formula():
    mean, variance = MAPS.mean((1, 2), keepdims=True), MAPS.var((1, 2), keepdims=True)
    normalised = (MAPS - mean) / np.sqrt(variance + 1e-5)
    expected = normalised * STATISTICS[:, None, None, 4:] + STATISTICS[:, None, None, :4]
    np.testing.assert_allclose(AdaIN()([MAPS, STATISTICS]), expected, atol=1e-5)


def test_half_precision_computes_in_float32():
    large = (1000 + MAPS).astype("float32")  # Which bfloat16 could not tell apart after squaring.
    exact = AdaIN()([large, STATISTICS])
    out = AdaIN(dtype="mixed_bfloat16")([large, STATISTICS])
    assert out.dtype == tf.bfloat16
    np.testing.assert_allclose(tf.cast(out, tf.float32), exact, rtol=1e-2, atol=1e-2)


def test_the_gradient_of_a_constant_map_is_finite():
    maps = tf.ones_like(MAPS)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        out = tf.reduce_sum(AdaIN()([maps, STATISTICS]) ** 2)
    assert np.isfinite(tape.gradient(out, maps)).all()


def test_survives_saving(tmp_path):
    x, s = keras.Input((None, None, 4)), keras.Input((8,))
    model = keras.Model([x, s], AdaIN()([x, s]))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded([MAPS, STATISTICS]), model([MAPS, STATISTICS]))
