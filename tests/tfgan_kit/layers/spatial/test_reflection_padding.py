import keras
import numpy as np

from tfgan_kit.layers import ReflectionPadding2D


def test_is_the_padding_of_numpy():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    sides = ((0, 0), (3, 3), (3, 3), (0, 0))
    expected = np.pad(x, sides, mode="reflect")
    np.testing.assert_array_equal(ReflectionPadding2D(3)(x), expected)


def test_shapes_and_saving(tmp_path):
    source = keras.Input((None, 6, 2))
    outputs = ReflectionPadding2D(2)(source)
    assert outputs.shape == (None, None, 10, 2)
    model = keras.Model(source, outputs)
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(1, 3, 6, 2)).astype("float32")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded(x).shape == (1, 7, 10, 2)
    np.testing.assert_array_equal(loaded(x), model(x))
