import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.classifiers import classifier
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Dropout


def images(shape, count=3):
    return np.random.default_rng(0).uniform(-1, 1, (count, *shape)).astype("float32")


def test_parameters_of_the_source():
    hidden = 9 * 32 + 32 + 9 * 32 * 64 + 64 + 14 * 14 * 64 * 128 + 128
    counters = 2
    model = classifier((32, 32, 1), 10)
    assert model.count_params() == hidden + 128 * 10 + 10 + counters
    layers = model.layers
    assert [layer.rate for layer in layers if isinstance(layer, Dropout)] == [0.25, 0.5]
    slopes = [layer.negative_slope for layer in layers if "leaky" in layer.name]
    assert [*slopes, model.get_layer("features").negative_slope] == [pytest.approx(0.3)] * 3


def test_a_convolution_reduces_the_pooled_maps():
    model, whole = (classifier((16, 16, 1), 3, width=1 / 4, reduced=r) for r in (5, 0))
    pooled, fewer = (
        keras.Model(model.input, model.get_layer(n).output) for n in ("pool", "reduced")
    )
    kernel, bias = model.get_layer("reduced").get_weights()
    expected = pooled(images((16, 16, 1))).numpy() @ kernel[0, 0] + bias
    np.testing.assert_allclose(fewer(images((16, 16, 1))), expected, atol=1e-5)
    assert fewer.output.shape[1:] == (6, 6, 5)
    # 16 channels to 5, and 11 fewer at each of 6x6 places before a dense layer of 32.
    assert whole.count_params() - model.count_params() == 6 * 6 * 11 * 32 - (16 * 5 + 5)


def test_parameters_with_mean_pooling():
    convolutions = 9 * (32 + 32 * 64 + 64 * 128 + 128 * 128)
    norms = 4 * (32 + 64 + 128 + 128)
    model = classifier((32, 32, 1), 10, pooling="mean")
    assert model.count_params() == convolutions + norms + 128 * 10 + 10 + 1  # A counter of noise.


def test_with_mean_pooling_the_logits_are_means_of_maps():
    model, given = classifier((32, 32, 1), 4, width=1 / 8, pooling="mean"), images((32, 32, 1))
    maps = keras.Model(model.input, model.get_layer("relu_4").output)(given).numpy()
    kernel, bias = model.get_layer("logits").get_weights()
    assert maps.shape == (3, 8, 8, 16)
    expected = (maps @ kernel).mean((1, 2)) + bias
    np.testing.assert_allclose(model(given)["logits"], expected, atol=1e-5)


@pytest.mark.parametrize("pooling", ["none", "mean"])
@pytest.mark.parametrize("shape", [(16, 16, 1), (28, 20, 3), (128, 128, 3)])
def test_names_and_shapes(shape, pooling):
    model = classifier(shape, ["one", "two", "three"], width=1 / 16, pooling=pooling)
    assert (model.name, model.input.name) == ("classifier", "image")
    outputs = model(images(shape))
    shapes = {name: tuple(value.shape) for name, value in outputs.items()}
    assert shapes == {"features": (3, 8), "logits": (3, 3), "probabilities": (3, 3)}


@pytest.mark.parametrize("multi_label", [False, True])
def test_probabilities_are_those_of_the_logits(multi_label):
    model = classifier((16, 16, 1), 4, width=1 / 8, multi_label=multi_label)
    outputs = model(50 * images((16, 16, 1)))
    exponential = np.exp(outputs["logits"].numpy().astype("float64"))
    other = 1 + exponential if multi_label else exponential.sum(1, keepdims=True)
    np.testing.assert_allclose(outputs["probabilities"], exponential / other, rtol=1e-4)
    assert np.ptp(outputs["probabilities"]) > 0.1


def test_features_are_taken_before_the_last_dropout():
    model = classifier((16, 16, 1), 4, width=1 / 4)
    model.get_layer("dropout_1").rate = 0.0
    x = images((16, 16, 1))
    inference, training = model(x), model(x, training=True)
    np.testing.assert_array_equal(inference["features"], training["features"])
    assert np.abs(inference["logits"] - training["logits"]).max() > 1e-3
    kernel, bias = model.get_layer("logits").weights
    logits = inference["features"] @ kernel.value + bias.value
    np.testing.assert_allclose(inference["logits"], logits, rtol=1e-4, atol=1e-5)


def test_it_is_float32_under_mixed_precision_and_survives_saving(tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = classifier((16, 16, 3), 4, width=1 / 8)
    finally:
        keras.config.set_dtype_policy(before)
    outputs = model(images((16, 16, 3)))
    assert outputs["logits"].dtype == outputs["probabilities"].dtype == tf.float32
    model.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", safe_mode=True)
    for name, value in loaded(images((16, 16, 3))).items():
        np.testing.assert_array_equal(value, outputs[name])


def test_bad_input_is_one_line():
    for shape in ((15, 32, 1), (2,)):
        with pytest.raises(UserError, match="at least 16x16"):
            classifier(shape, 10)
    for classes in (0, 1, [], ["one"]):
        with pytest.raises(UserError, match="too few classes for a classifier"):
            classifier((32, 32, 1), classes)
    assert classifier((16, 16, 1), ["smiling"], width=1 / 32, multi_label=True)
