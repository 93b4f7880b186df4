import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.layers import normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.names import NORMALIZATIONS

X = np.random.default_rng(0).normal(2.0, 3.0, size=(6, 5, 4, 3)).astype("float32")
AXES = {"batch": (0, 1, 2), "layer": (1, 2, 3), "instance": (1, 2)}


def normalized(x, axes):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)


def test_all_names_have_a_layer():
    for kind in NORMALIZATIONS:
        assert normalization(kind)(X).shape == X.shape


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("kind", AXES)
def test_statistics(kind, jit):
    layer = normalization(kind, name="norm")
    assert layer.name == "norm"
    layer.build(X.shape)
    call = tf.function(lambda x: layer(x, training=True), jit_compile=jit)
    if kind != "batch":
        call = tf.function(layer, jit_compile=jit)
    np.testing.assert_allclose(call(X), normalized(X, AXES[kind]), atol=2e-5)


def test_batch_normalization_keeps_moving_statistics():
    layer = normalization("batch")
    layer(X, training=True)
    np.testing.assert_allclose(layer.moving_mean, 0.1 * X.mean((0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(layer.moving_variance, 0.9 + 0.1 * X.var((0, 1, 2)), rtol=1e-4)
    assert layer.synchronized


def test_none_is_the_identity():
    x = keras.Input((3,))
    assert normalization("none", name="unused")(x) is x


@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_removes_bias_where_a_bias_before_it_has_no_effect(kind):
    def apply(x):
        layer = normalization(kind)
        return layer(x, training=True) if kind == "batch" else layer(x)

    shift = np.array([1.0, -2.0, 5.0], "float32")
    assert removes_bias(kind) == np.allclose(apply(X), apply(X + shift), atol=1e-3)


def test_an_unknown_kind_is_one_line_with_a_suggestion():
    with pytest.raises(UserError, match=r"did you mean 'instance'\?"):
        normalization("instanc")
