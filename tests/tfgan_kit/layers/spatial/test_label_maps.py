import keras
import numpy as np

from tfgan_kit.layers import LabelMaps


def test_each_element_becomes_a_constant_map():
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(2, 5, 4, 3)).astype("float32")
    label = rng.normal(size=(2, 6)).astype("float32")
    constant = np.broadcast_to(label[:, None, None], (2, 5, 4, 6))
    expected = np.concatenate([maps, constant], -1)
    np.testing.assert_array_equal(LabelMaps()([maps, label]), expected)


def test_shapes_and_saving(tmp_path):
    inputs = [keras.Input((None, 6, 2)), keras.Input((3,))]
    outputs = LabelMaps()(inputs)
    assert outputs.shape == (None, None, 6, 5)
    model = keras.Model(inputs, outputs)
    model.save(tmp_path / "model.keras")
    x = [np.ones((1, 3, 6, 2), "float32"), np.eye(1, 3, dtype="float32")]
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), model(x))
