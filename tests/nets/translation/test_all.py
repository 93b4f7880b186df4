"""What all networks that translate have in common."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation import multiscale, patchgan, resnet, unet
from nets.translation.labels import instance_encoder, pix2pixhd, spade, spade_encoder
from nets.translation.sketches import colouriser, scribbler, texturegan
from tests.nets.translation.networks import build_in, draw, survives_saving
from tfgan_kit.errors import UserError

# Each with the size of its smallest images, at least two pixels wherever it normalises.
NETWORKS = {
    "unet": (lambda **k: unet.generator(3, 2, size=8, filters=4, **k), 8),
    "resnet": (lambda **k: resnet.generator(3, 2, blocks=1, filters=4, **k), 8),
    "global_generator": (
        lambda **k: pix2pixhd.global_generator(3, 2, blocks=1, filters=4, **k),
        32,
    ),
    "pix2pixhd": (
        lambda **k: pix2pixhd.generator(3, 2, blocks=1, local_blocks=1, filters=4, **k),
        64,
    ),
    "spade": (lambda **k: spade.generator(3, 2, doublings=2, filters=2, **k), 8),
    "spade_latent": (
        lambda **k: spade.generator(3, 2, doublings=2, filters=2, latent_size=5, size=(8, 12), **k),
        None,
    ),
    "scribbler": (lambda **k: scribbler.generator(3, 2, filters=4, **k), 16),
    "scribbler_strokes": (lambda **k: scribbler.generator(1, 2, filters=4, strokes=True, **k), 16),
    "texturegan": (lambda **k: texturegan.generator(1, filters=4, **k), 16),
    "colouriser": (lambda **k: colouriser.generator(1, 3, 2, filters=4, **k), 8),
    "patchgan": (lambda **k: patchgan.discriminator(3, 1, layers=1, filters=4, **k), 16),
    "pixelgan": (lambda **k: patchgan.discriminator(3, 1, layers=0, filters=4, **k), 4),
    "multiscale": (
        lambda **k: multiscale.discriminator(3, 1, scales=2, layers=1, filters=4, **k),
        16,
    ),
    "spade_discriminator": (lambda: spade.discriminator(3, 1, layers=1, filters=4), 16),
    "instance_encoder": (lambda **k: instance_encoder.encoder(3, filters=2, **k), 32),
    "spade_encoder": (
        lambda **k: spade_encoder.encoder(3, size=16, latent_size=5, filters=4, **k),
        None,
    ),
}
# Variants, and the one that has no choice.
SAME_NORM = ("spade_latent", "scribbler_strokes", "spade_discriminator")
NORMS = {"batch": {"BatchNormalization"}, "none": set(), "instance": {"GroupNormalization"}}


def inputs_of(model, size):
    """Random inputs; instances are in halves."""
    inputs = draw(model, size)
    if "instances" in inputs:
        inputs["instances"] = (inputs["instances"] > 0).astype("int32")
    return inputs


def build(name, **kwargs):
    keras.utils.set_random_seed(0)
    make, size = NETWORKS[name]
    model = make(**kwargs)
    return model, inputs_of(model, size)


def results(outputs):
    """The outputs that are no hidden maps."""
    return {name: x for name, x in outputs.items() if not name.startswith("features_")}


@pytest.mark.parametrize("name", NETWORKS)
def test_mixed_precision_and_saving(name, tmp_path):
    model, inputs = build_in("mixed_bfloat16", lambda: build(name))
    outputs = model(inputs)
    assert {x.dtype for x in results(outputs).values()} == {tf.float32}
    hidden = {x.dtype for key, x in outputs.items() if key not in results(outputs)}
    assert hidden == ({tf.bfloat16} if hidden else set())
    if "image" in outputs:
        image = outputs["image"]
        channels = 3 if name == "texturegan" else 2  # Lab has three.
        assert image.shape == (*inputs["input"].shape[:3], channels)
        assert 0 < np.abs(image).max() <= 1
    survives_saving(model, inputs, tmp_path)


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_come_from_the_seed_and_differ_and_every_kernel_has_a_gradient(name):
    model, inputs = build(name)
    for a, b in zip(model.get_weights(), build(name)[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    kernels = [w for w in model.trainable_variables if w.name == "kernel"]
    assert len({tuple(w.numpy().ravel()[:4]) for w in kernels}) == len(kernels)

    with tf.GradientTape() as tape:
        outputs = results(model(inputs, training=True))
        value = sum(tf.reduce_mean(tf.square(x - 0.5)) for x in outputs.values())
    gradients = tape.gradient(value, [w.value for w in kernels])
    for kernel, gradient in zip(kernels, gradients, strict=True):
        assert np.abs(gradient).max() > 0, kernel.path


@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in SAME_NORM])
def test_the_norm_is_the_one_that_was_asked_for(name):
    for norm, expected in NORMS.items():
        model, _ = build(name, norm=norm)
        kinds = {type(layer).__name__ for layer in model._flatten_layers()}
        assert kinds & {"BatchNormalization", "GroupNormalization"} == expected
    with pytest.raises(UserError, match="did you mean 'batch'"):
        build(name, norm="bach")
