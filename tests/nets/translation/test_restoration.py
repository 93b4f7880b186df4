"""What all networks of restoration have in common, at small sizes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation import (
    context_encoder,
    context_features,
    esrgan_discriminator,
    rrdb,
    srgan_discriminator,
    srresnet,
)
from tfgan_kit.layers import spectral_layers

GENERATORS = {
    "srresnet": (lambda **k: srresnet.generator(filters=4, blocks=1, **k), (12, 8)),
    "rrdb": (lambda **k: rrdb.generator(filters=4, blocks=1, growth=2, **k), (12, 8)),
    "context_centre": (
        lambda **k: context_encoder.generator(size=32, filters=2, bottleneck=12, **k),
        (32, 32),
    ),
    "context_whole": (
        lambda **k: context_encoder.generator(size=32, centre=False, filters=2, bottleneck=12, **k),
        (32, 32),
    ),
    "context_features": (lambda **k: context_features.generator(filters=6, **k), (227, 227)),
}
DISCRIMINATORS = {
    "srgan": (lambda **k: srgan_discriminator.discriminator((32, 16, 3), filters=4, **k), (32, 16)),
    "esrgan": (
        lambda **k: esrgan_discriminator.discriminator((32, 64, 3), filters=2, units=5, **k),
        (32, 64),
    ),
    "context": (lambda **k: context_encoder.discriminator((16, 16, 3), filters=2, **k), (16, 16)),
}
ALL = {**GENERATORS, **DISCRIMINATORS}
each = pytest.mark.parametrize("name", ALL)


def build(name, **kwargs):
    """A network and a batch of its inputs."""
    keras.utils.set_random_seed(0)
    make, size = ALL[name]
    images = np.random.default_rng(0).uniform(-1, 1, (3, *size, 3)).astype("float32")
    return make(**kwargs), {"input" if name in GENERATORS else "image": images}


@each
def test_names_and_inputs(name):
    model, inputs = build(name)
    last = "image" if name in GENERATORS else "logits"
    assert model.name == ("generator" if name in GENERATORS else "discriminator")
    assert list(model.input) == list(inputs)
    outputs = model(inputs)
    assert set(outputs) == {*(f"features_{i}" for i in range(1, len(outputs))), last}
    assert outputs[last].shape[0] == 3
    if name in DISCRIMINATORS:
        assert outputs["logits"].shape == (3, 1)


@each
def test_a_network_survives_saving_and_cloning(name, tmp_path):
    model, inputs = build(name)
    path = tmp_path / "network.keras"
    model.save(path)
    loaded = keras.saving.load_model(path, safe_mode=True)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    for key, value in model(inputs).items():
        np.testing.assert_array_equal(loaded(inputs)[key], value)
        np.testing.assert_array_equal(clone(inputs)[key], value)


@each
def test_weights_are_a_function_of_the_seed_and_differ_between_layers(name):
    first, second = build(name)[0], build(name)[0]
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    starts = [w.numpy().ravel()[:4].tolist() for w in first.weights if w.name == "kernel"]
    assert len({tuple(start) for start in starts}) == len(starts)


@each
def test_outputs_are_float32_under_mixed_precision(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model, inputs = build(name)
    finally:
        keras.config.set_dtype_policy(before)
    outputs = model(inputs)
    assert outputs["features_1"].dtype == "bfloat16"
    assert outputs["image" if name in GENERATORS else "logits"].dtype == tf.float32
    assert {w.dtype for w in model.weights} == {"float32"}


@each
def test_a_step_reaches_every_variable(name):
    model, inputs = build(name, **({} if name == "rrdb" else {"norm": "layer"}))
    weights = model.trainable_variables
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=True)
        value = tf.reduce_sum(tf.square(outputs["image" if name in GENERATORS else "logits"] - 0.3))
    gradients = tape.gradient(value, [weight.value for weight in weights])
    for weight, gradient in zip(weights, gradients, strict=True):
        assert np.abs(gradient).max() > 0, weight.path
        assert np.isfinite(gradient).all(), weight.path


@pytest.mark.parametrize("norm", ["batch", "instance"])
@pytest.mark.parametrize("name", [name for name in ALL if name != "rrdb"])
def test_each_normalization_follows_all_but_the_first_and_last_layer(name, norm):
    model, inputs = build(name, norm=norm)
    kinds = (keras.layers.BatchNormalization, keras.layers.GroupNormalization)
    norms = [layer.name for layer in model.layers if isinstance(layer, kinds)]
    assert norms
    assert not {"norm_1", "norm_first"} & set(norms)
    bottleneck = name in ("context_centre", "context_whole") and norm == "batch"
    assert ("norm_bottleneck" in norms) == bottleneck
    for value in model(inputs, training=True).values():
        assert np.isfinite(value).all()
        # An example whose map a normalization has emptied would be the same as the others.
        assert not np.array_equal(value[0], value[1])


@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_spectral_normalization_covers_the_whole_discriminator(name):
    model, _ = build(name, spectral_norm=True)
    kernels = [w for w in model.trainable_variables if w.name == "kernel"]
    assert len(spectral_layers(model)) == len(kernels) >= 3
