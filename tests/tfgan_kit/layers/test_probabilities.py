import keras
import numpy as np
import pytest

from tfgan_kit.layers import Probabilities

LOGITS = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")


@pytest.mark.parametrize("multi_label", [False, True])
def test_it_is_the_softmax_or_the_sigmoid(multi_label):
    found = Probabilities(multi_label=multi_label)(LOGITS)
    exponential = np.exp(LOGITS)
    other = 1 + exponential if multi_label else exponential.sum(1, keepdims=True)
    np.testing.assert_allclose(found, exponential / other, rtol=1e-5)


def test_a_saved_model_keeps_the_names(tmp_path):
    logits = keras.Input((3,))
    layer = Probabilities(("cat", "dog", "ä b"), multi_label=True, name="end")
    keras.Model(logits, layer(logits)).save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras", safe_mode=True)
    assert loaded.get_layer("end").classes == ("cat", "dog", "ä b")
    assert loaded.get_layer("end").multi_label is True
    np.testing.assert_array_equal(loaded(LOGITS), layer(LOGITS))
