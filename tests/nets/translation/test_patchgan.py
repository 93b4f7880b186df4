import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation.patchgan import discriminator
from tests.nets.translation.networks import build_in, draw, survives_saving
from tfgan_kit.errors import UserError
from tfgan_kit.layers import spectral_layers

FIELDS = [1, 16, 34, 70, 142, 286]
INSTANCE = [8_705, 136_385, 662_977, 2_764_737, 6_959_553, 11_154_369]
BATCH = [9_024, 139_585, 666_433, 2_768_705, 6_964_033, 11_159_361]
# Of images of 256 and 128 pixels.
OUTPUTS = [(256, 128), (126, 62), (62, 30), (30, 14), (14, 6), (6, 2)]


def trainable(model):
    return sum(np.prod(v.shape) for v in model.trainable_variables)


@pytest.mark.parametrize("layers", range(6))
def test_parameters(layers):
    assert trainable(discriminator(3, layers=layers)) == INSTANCE[layers]
    assert trainable(discriminator(3, 3, layers=layers, norm="batch")) == BATCH[layers]


def test_parameters_of_the_default_with_batch_norm():
    assert trainable(discriminator(3, norm="batch")) == 2_765_633


@pytest.mark.parametrize("layers", range(6))
def test_sizes_and_names(layers):
    model = discriminator(1, 2, layers=layers, filters=1)
    shapes = [
        tuple(model.compute_output_shape({"image": (2, s, s, 1), "input": (2, s, s, 2)})["logits"])
        for s in (256, 128)
    ]
    assert shapes == [(2, side, side, 1) for side in OUTPUTS[layers]]
    features = [f"features_{i}" for i in range(1, max(layers, 1) + 2)]
    assert set(model.output) == {*features, "logits"}


@pytest.mark.parametrize("layers", range(6))
def test_one_logit_sees_exactly_its_field(layers):
    """Without normalisation, whose statistics depend on every pixel."""
    keras.utils.set_random_seed(0)
    model = discriminator(1, layers=layers, filters=2, norm="none")
    field = FIELDS[layers]
    side = max(field + 2 ** (layers + 1), 16)
    side += -side % 2**layers
    # Large weights keep the influence of the field's corners above the smallest float.
    for kernel in model.trainable_variables:
        if kernel.name == "kernel":
            kernel.assign(10 * kernel)
    image = tf.constant(draw(model, side, batch=1)["image"])
    with tf.GradientTape() as tape:
        tape.watch(image)
        logits = model({"image": image})["logits"]
        middle = logits[0, logits.shape[1] // 2, logits.shape[2] // 2, 0]
    reached = np.argwhere(tape.gradient(middle, image)[0, ..., 0].numpy() != 0)
    first, last = reached.min(0), reached.max(0)
    assert first.min() > 0 or layers == 0
    assert last.max() < side - 1
    np.testing.assert_array_equal(last - first + 1, (field, field))
    assert len(reached) == field**2


def test_an_image_and_its_condition_are_both_judged():
    model = discriminator(3, 2, layers=1, filters=2)
    inputs = draw(model, 16)
    base = model(inputs)["logits"]
    for name in inputs:
        other = model({**inputs, name: inputs[name][::-1]})["logits"]
        assert np.abs(other - base).max() > 1e-4


def test_spectral_normalization_covers_all_layers():
    for layers in (0, 3):
        model = discriminator(3, layers=layers, filters=2, spectral_norm=True)
        kernels = [w for w in model.trainable_variables if w.name == "kernel"]
        assert len(spectral_layers(model)) == len(kernels) == max(layers, 1) + 2


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_it_is_float32_under_mixed_precision_and_survives_saving(spectral_norm, tmp_path):
    model = build_in(
        "mixed_bfloat16",
        lambda: discriminator(3, 1, layers=2, filters=2, spectral_norm=spectral_norm),
    )
    inputs = draw(model, 32)
    outputs = model(inputs)
    assert outputs["features_1"].dtype == tf.bfloat16
    assert outputs["logits"].dtype == tf.float32
    survives_saving(model, inputs, tmp_path)


@pytest.mark.parametrize("layers", [-1, 6])
def test_other_fields_are_refused(layers):
    with pytest.raises(UserError, match="choose 0 to 5"):
        discriminator(3, layers=layers)
