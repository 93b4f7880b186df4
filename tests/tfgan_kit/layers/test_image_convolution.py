"""Convolutions next to the image against Keras' own."""

import json
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import Conv2D, Conv2DTranspose

CASES = [
    (Conv2D, (3, 8, 12, 3), 5),
    (Conv2D, (2, 4, 4, 1), 6),
    (Conv2DTranspose, (3, 4, 6, 5), 3),
    (Conv2DTranspose, (2, 2, 2, 6), 1),
]
OURS = {Conv2D: "Conv2D", Conv2DTranspose: "Conv2DTranspose"}


def keras_own(kind):
    """The class of ours says it is Keras': this is the one that really is."""
    return kind.__bases__[0]


def built(kind, shape, filters, **kwargs):
    options = {"strides": 2, "padding": "same", "activation": "sigmoid"} | kwargs
    layer = kind(filters, options.pop("size", 4), **options)
    layer.build(shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer


def values(shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def forms(layer, shape):
    """The types of the operations in a graph of the layer and its gradients in training."""

    @tf.function(autograph=False)
    def graph(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(layer(x, training=True))
        return tape.gradient(y, [x, *(w.value for w in layer.weights)])

    operations = graph.get_concrete_function(tf.TensorSpec(shape)).graph.get_operations()
    return {operation.type for operation in operations}


@pytest.mark.parametrize(("kind", "shape", "filters"), CASES)
def test_computes_what_keras_does(kind, shape, filters):
    found, x = [], values(shape)
    for layer in (built(k, shape, filters) for k in (kind, keras_own(kind))):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            loss = tf.reduce_sum(tf.sin(y))
        found.append([y, *tape.gradient(loss, [x, layer.kernel.value, layer.bias.value])])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(("kind", "shape", "filters"), CASES)
def test_gradients_of_gradients(kind, shape, filters):
    found, x = [], values(shape)
    for layer in (built(k, shape, filters) for k in (kind, keras_own(kind))):
        kernel = layer.kernel.value
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(tf.sin(layer(x, training=True)))
            first = inner.gradient(y, [x, kernel])
            penalty = sum(tf.reduce_sum(g**3) for g in first)
        found.append(outer.gradient(penalty, [x, kernel]))
    for a, b in zip(*found, strict=True):
        scale = np.abs(b).max()
        np.testing.assert_allclose(a / scale, b / scale, rtol=0, atol=2e-5)


def test_the_slow_form_of_one_is_gone():
    assert "Conv2DBackpropInput" in forms(built(keras_own(Conv2D), (2, 4, 4, 3), 5), (2, 4, 4, 3))
    for kind, shape, filters in CASES:
        assert "Conv2DBackpropInput" not in forms(built(kind, shape, filters), shape)


@pytest.mark.parametrize(
    ("kind", "shape", "filters", "options"),
    [
        (Conv2D, (2, 4, 4, 8), 5, {}),
        (Conv2D, (2, 5, 4, 3), 5, {}),
        (Conv2D, (2, 4, 4, 3), 5, {"size": 5}),
        (Conv2D, (2, 4, 4, 3), 5, {"strides": 1}),
        (Conv2D, (2, 6, 6, 3), 5, {"padding": "valid"}),
        (Conv2D, (2, 4, 4, 4), 4, {"groups": 2}),
        (Conv2DTranspose, (2, 4, 4, 3), 8, {}),
        (Conv2DTranspose, (2, 4, 4, 3), 3, {"size": 6, "strides": 1}),
        (Conv2DTranspose, (2, 4, 4, 3), 3, {"output_padding": 1}),
    ],
)
def test_all_others_are_left_to_keras(kind, shape, filters, options):
    x = values(shape)
    ours, theirs = (built(k, shape, filters, **options) for k in (kind, keras_own(kind)))
    assert forms(ours, shape) == forms(theirs, shape)
    np.testing.assert_array_equal(ours(x, training=True), theirs(x, training=True))


@pytest.mark.parametrize(("kind", "shape", "filters"), CASES)
def test_inference_is_that_of_keras(kind, shape, filters):
    x = values(shape)
    ours, theirs = (built(k, shape, filters) for k in (kind, keras_own(kind)))
    np.testing.assert_array_equal(ours(x), theirs(x))


@pytest.mark.parametrize(("kind", "shape", "filters"), CASES)
def test_half_precision(kind, shape, filters):
    layer, x = built(kind, shape, filters, dtype="mixed_bfloat16"), values(shape)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        loss = tf.reduce_sum(tf.cast(y, tf.float32) ** 2)
    gradients = tape.gradient(loss, [x, layer.kernel.value])
    assert y.dtype == tf.bfloat16
    assert {g.dtype for g in gradients} == {tf.float32}
    exact = built(kind, shape, filters)(x)
    np.testing.assert_allclose(tf.cast(y, tf.float32), exact, atol=0.05)


@pytest.mark.parametrize("kind", OURS)
def test_is_saved_as_the_layer_of_keras(kind, tmp_path):
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, kind(2, 4, 2, "same", name="conv")(inputs))
    model.save(tmp_path / "model.keras")
    content = json.loads(zipfile.ZipFile(tmp_path / "model.keras").read("config.json"))
    (saved,) = (p for p in content["config"]["layers"] if p["name"] == "conv")
    assert (saved["module"], saved["class_name"]) == ("keras.layers", OURS[kind])
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer("conv")) is keras_own(kind)
    assert type(keras.models.clone_model(model).get_layer("conv")) is kind
