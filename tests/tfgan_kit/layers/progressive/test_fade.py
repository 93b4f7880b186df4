import keras
import numpy as np

from tfgan_kit.layers import ChannelBias, Fade

OLD, NEW = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 5)).astype("float32")


def test_moves_from_old_to_new():
    layer = Fade()
    np.testing.assert_array_equal(layer([OLD, NEW]), OLD)
    layer.alpha.assign(0.25)
    np.testing.assert_allclose(layer([OLD, NEW]), 0.75 * OLD + 0.25 * NEW, rtol=1e-5)
    layer.alpha.assign(1.0)
    np.testing.assert_array_equal(layer([OLD, NEW]), NEW)


def test_alpha_is_saved_and_not_trained(tmp_path):
    inputs = [keras.Input((4, 4, 5)), keras.Input((4, 4, 5))]
    model = keras.Model(inputs, Fade()(inputs))
    model.layers[-1].alpha.assign(0.5)
    assert model.trainable_variables == []
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded([OLD, NEW]), model([OLD, NEW]))


def test_a_bias_belongs_to_a_channel():
    layer = ChannelBias()
    np.testing.assert_array_equal(layer(OLD), OLD)
    layer.bias.assign(np.arange(5))
    np.testing.assert_array_equal(layer(OLD), OLD + np.arange(5, dtype="float32"))
