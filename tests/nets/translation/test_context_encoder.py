"""The networks of the context encoder."""

import keras
import numpy as np
import pytest

from nets.translation import context_encoder, context_features
from tfgan_kit.errors import UserError

SMALL = {"filters": 2, "bottleneck": 5}


def shapes(outputs):
    return [tuple(value.shape[1:]) for value in outputs.values()]


@pytest.mark.parametrize("centre", [True, False])
def test_the_maps_of_the_paper(centre):
    images = np.zeros((1, 128, 128, 3), "float32")
    outputs = context_encoder.generator(centre=centre, bottleneck=7)({"input": images})
    down = [(64, 64, 64), (32, 32, 64), (16, 16, 128), (8, 8, 256), (4, 4, 512)]
    up = [(4, 4, 512), (8, 8, 256), (16, 16, 128), (32, 32, 64)]
    end = [(64, 64, 3)] if centre else [(64, 64, 64), (128, 128, 3)]
    assert shapes(outputs) == [*down, (1, 1, 7), *up, *end]


@pytest.mark.parametrize("size", [32, 64])
def test_small_sizes_have_fewer_maps(size):
    image = np.zeros((1, size, size, 1), "float32")
    for centre in (True, False):
        model = context_encoder.generator(1, size=size, centre=centre, **SMALL)
        outputs = model({"input": image})
        assert outputs["image"].shape[1] == (size // 2 if centre else size)
        assert outputs[f"features_{size.bit_length() - 3}"].shape[1:] == (4, 4, 16)


def test_larger_images_go_through_in_steps_of_the_bottleneck():
    image = np.zeros((1, 48, 64, 3), "float32")
    whole = context_encoder.generator(size=32, centre=False, **SMALL)
    assert whole({"input": image})["image"].shape[1:] == (48, 64, 3)
    centre = context_encoder.generator(size=32, **SMALL)
    assert centre({"input": image})["image"].shape[1:] == (24, 32, 3)


def test_the_discriminator_ends_at_4x4():
    outputs = context_encoder.discriminator((64, 64, 3)).output
    assert shapes(outputs) == [(32, 32, 64), (16, 16, 128), (8, 8, 256), (4, 4, 512), (1,)]


@pytest.mark.parametrize("size", [16, 48, 130])
def test_other_sizes_are_one_line(size):
    with pytest.raises(UserError, match=f"{size}x{size} here; choose a power of 2 of at least 32"):
        context_encoder.generator(size=size)


@pytest.mark.parametrize(
    ("shape", "message"), [((8, 8, 3), "at least 16"), ((32, 16, 3), "a square size")]
)
def test_other_sizes_of_the_discriminator_are_one_line(shape, message):
    with pytest.raises(UserError, match=message):
        context_encoder.discriminator(shape)


def test_kernels_start_as_in_dcgan():
    keras.utils.set_random_seed(0)
    model = context_encoder.generator(size=32, bottleneck=50)
    for weight in model.trainable_variables:
        if weight.name == "kernel":
            assert np.std(weight) == pytest.approx(0.02, rel=0.06)


def test_with_alexnet_every_pixel_reaches_the_whole_image():
    keras.utils.set_random_seed(0)
    model = context_features.generator(filters=6)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 227, 227, 3)).astype("float32")
    images[1] = images[0]
    images[1, :40, :40] *= -1
    first, second = model({"input": images})["image"].numpy()
    assert np.abs(first).max() < 1
    assert np.abs(first - second)[180:, 180:].max() > 1e-3
