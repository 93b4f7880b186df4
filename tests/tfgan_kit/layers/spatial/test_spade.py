import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.signal import correlate2d

from tfgan_kit.errors import UserError
from tfgan_kit.layers import SPADE, mixes_examples, normalization

SHAPES = [(3, 9, 8, 4), (3, 9, 8, 5)]


def values():
    rng = np.random.default_rng(0)
    return [rng.normal(1, 2, shape).astype("float32") for shape in SHAPES]


def built(norm="batch", hidden=6):
    keras.utils.set_random_seed(0)
    layer = SPADE(norm, hidden)
    layer.build([(None, *shape[1:]) for shape in SHAPES])
    for v in layer.trainable_variables:
        if v.name == "bias":
            v.assign(np.random.default_rng(v.shape[0]).normal(size=v.shape))
    return layer


def convolution(x, layer):
    """A convolution in numpy and scipy."""
    kernel, bias = layer.kernel.numpy(), layer.bias.numpy()
    out = np.zeros((*x.shape[:3], kernel.shape[-1]))
    for b, i, o in np.ndindex(len(x), x.shape[-1], kernel.shape[-1]):
        out[b, ..., o] += correlate2d(x[b, ..., i], kernel[..., i, o], "same")
    return out + bias


@pytest.mark.parametrize(("norm", "axes"), [("batch", (0, 1, 2)), ("instance", (1, 2))])
def test_is_the_formula(norm, axes):
    layer, (x, labels) = built(norm), values()
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    normalised = (x - mean) / np.sqrt(variance + 1e-5)
    shared = np.maximum(convolution(labels, layer.shared), 0)
    gamma, beta = convolution(shared, layer.gamma), convolution(shared, layer.beta)
    assert np.abs(gamma).max() > 0.1
    expected = (1 + gamma) * normalised + beta
    np.testing.assert_allclose(layer([x, labels], training=True), expected, atol=1e-4)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("norm", ["batch", "instance", "layer", "none"])
def test_gamma_and_beta_of_zero_leave_the_plain_norm(norm, training):
    layer, (x, labels) = built(norm), values()
    for v in (*layer.gamma.variables, *layer.beta.variables):
        v.assign(0 * v)
    plain = normalization(norm, affine=False)
    expected = x if norm == "none" else plain(x, training=training)
    np.testing.assert_allclose(layer([x, labels], training=training), expected, atol=1e-6)


def test_a_label_alters_exactly_the_5x5_pixels_around_it():
    """With moving statistics."""
    layer, (x, labels) = built(), values()
    other = labels.copy()
    other[1, 4, 3] += 1
    changed = np.any(layer([x, labels]) != layer([x, other]), -1)
    expected = np.zeros(changed.shape, bool)
    expected[1, 2:7, 1:6] = True
    np.testing.assert_array_equal(changed, expected)


def test_moving_statistics_change_in_training_only():
    layer, inputs = built(), values()
    layer(inputs)
    assert not np.any(layer.norm.moving_mean)
    layer(inputs, training=True)
    np.testing.assert_allclose(layer.norm.moving_mean, 0.1 * inputs[0].mean((0, 1, 2)), rtol=1e-4)


@pytest.mark.parametrize("norm", ["batch", "instance", "none"])
def test_it_survives_saving_and_tells_whether_it_mixes_examples(norm, tmp_path):
    inputs = [keras.Input((None, None, shape[-1])) for shape in SHAPES]
    model = keras.Model(inputs, SPADE(norm, 6)(inputs))
    model(values(), training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(values()), model(values()))
    assert mixes_examples(loaded) == (norm == "batch")


def test_mixed_precision():
    layer = SPADE(dtype="mixed_bfloat16")
    assert layer(values(), training=True).dtype == tf.bfloat16
    assert {v.dtype for v in layer.variables} == {"float32"}


def test_an_unknown_norm_is_refused():
    with pytest.raises(UserError, match="did you mean 'batch'"):
        SPADE("bach")
