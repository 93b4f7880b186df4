"""The fused batch normalization against Keras' own."""

import json
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers.batch_norm import BatchNormalization, differentiable_twice

# The class of ours says it is Keras': this is the one that really is.
(KERAS,) = (c for c in BatchNormalization.__bases__)


def built(kind, shape):
    layer = kind(momentum=0.9, epsilon=1e-5, synchronized=True)
    layer.build(shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.uniform(0.5, 2.0, w.shape) for w in layer.weights])
    return layer


def results(layer, x):
    """Outputs and gradients of one pass in training, and the statistics after it."""
    variables = [layer.gamma.value, layer.beta.value]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
        loss = tf.reduce_sum(tf.sin(y))
    gradients = tape.gradient(loss, [x, *variables])
    return [y, *gradients, layer.moving_mean.value, layer.moving_variance.value]


@pytest.mark.parametrize("shape", [(4, 3, 3, 5), (6, 5)])
def test_computes_what_keras_does(shape):
    x = tf.constant(np.random.default_rng(0).normal(3.0, 2.0, shape), tf.float32)
    ours, theirs = (built(kind, shape) for kind in (BatchNormalization, KERAS))
    for a, b in zip(results(ours, x), results(theirs, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)
    np.testing.assert_allclose(ours(x, training=False), theirs(x, training=False), rtol=1e-4)


def test_a_single_value_has_no_variance():
    layer = built(BatchNormalization, (1, 5))
    before = layer.moving_variance.numpy()
    layer(tf.constant(np.arange(5.0)[None], tf.float32), training=True)
    np.testing.assert_allclose(layer.moving_variance, 0.9 * before, rtol=1e-6)


def test_one_operation_in_training():
    layer, shape = built(BatchNormalization, (4, 3, 3, 5)), tf.TensorSpec((4, 3, 3, 5))
    graph = tf.function(lambda x: layer(x, training=True)).get_concrete_function(shape).graph
    assert "FusedBatchNormV3" in {op.type for op in graph.get_operations()}


def test_gradients_of_gradients():
    x = tf.constant(np.random.default_rng(0).normal(size=(4, 2, 2, 3)), tf.float32)
    layer, found = built(BatchNormalization, x.shape), []
    for place in (layer, built(KERAS, x.shape)):
        with tf.GradientTape() as outer, tf.GradientTape() as inner:
            inner.watch(x)
            with differentiable_twice():
                y = tf.reduce_sum(tf.sin(place(x, training=True)))
            penalty = tf.reduce_sum(tf.square(inner.gradient(y, x)))
        found.append(outer.gradient(penalty, place.gamma.value))
    np.testing.assert_allclose(*found, rtol=1e-4)


def test_is_saved_as_the_layer_of_keras(tmp_path):
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, BatchNormalization(name="norm")(inputs))
    model.save(tmp_path / "model.keras")
    content = json.loads(zipfile.ZipFile(tmp_path / "model.keras").read("config.json"))
    (saved,) = (p for p in content["config"]["layers"] if p["name"] == "norm")
    assert (saved["module"], saved["class_name"]) == ("keras.layers", "BatchNormalization")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer("norm")) is KERAS
    assert type(keras.models.clone_model(model).get_layer("norm")) is BatchNormalization


OTHERS = {
    "no scale": ({"scale": False}, (4, 3, 3, 5)),
    "no centre": ({"center": False}, (6, 5)),
    "neither": ({"scale": False, "center": False}, (4, 3, 3, 5)),
    "a sequence": ({}, (4, 7, 5)),
    "a volume": ({}, (2, 3, 3, 3, 5)),
    "channels first": ({"axis": 1}, (4, 5, 3, 3)),
    "another axis": ({"axis": 2}, (4, 3, 5, 3)),
    "float64": ({"dtype": "float64"}, (4, 3, 3, 5)),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_forms_compute_what_keras_does(case):
    settings, shape = OTHERS[case]
    dtype = settings.get("dtype", "float32")
    x = tf.constant(np.random.default_rng(0).normal(3.0, 2.0, shape), dtype)
    found = []
    for kind in (BatchNormalization, KERAS):
        layer = kind(momentum=0.9, epsilon=1e-5, **settings)
        layer.build(shape)
        rng = np.random.default_rng(1)
        layer.set_weights([rng.uniform(0.5, 2.0, w.shape) for w in layer.weights])
        variables = [v.value for v in layer.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            loss = tf.reduce_sum(tf.sin(y))
        gradients = tape.gradient(loss, [x, *variables])
        found.append([y, *gradients, *(w.numpy() for w in layer.weights)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5)


def test_masked_steps_do_not_count():
    x = np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")
    mask = tf.sequence_mask([7, 3, 5, 1], 7)
    outputs = [
        built(kind, x.shape)(x, training=True, mask=mask) for kind in (BatchNormalization, KERAS)
    ]
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=2e-5)
