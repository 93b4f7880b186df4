import keras
import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.layers import PixelShuffle


@pytest.mark.parametrize("scale", [2, 3])
def test_against_numpy(scale):
    x = np.random.default_rng(0).normal(size=(2, 4, 3, scale**2 * 5)).astype("float32")
    expected = np.empty((2, 4 * scale, 3 * scale, 5), "float32")
    for di in range(scale):
        for dj in range(scale):
            start = (scale * di + dj) * 5
            expected[:, di::scale, dj::scale] = x[..., start : start + 5]
    layer = PixelShuffle(scale)
    np.testing.assert_array_equal(layer(x), expected)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_unknown_sizes_and_saving(tmp_path):
    inputs = keras.Input((None, 6, 8))
    model = keras.Model(inputs, PixelShuffle(2)(inputs))
    assert model.output.shape == (None, None, 12, 2)
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(1, 3, 6, 8)).astype("float32")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), model(x))


def test_a_wrong_number_of_channels_is_one_line():
    with pytest.raises(UserError, match="by 2 cannot split 6 channels; give it a multiple of 4"):
        PixelShuffle(2)(np.zeros((1, 3, 3, 6)))
