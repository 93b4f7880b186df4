import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation.unet import generator
from tests.nets.translation.networks import build_in, draw, survives_saving
from tfgan_kit.errors import UserError


@pytest.mark.parametrize(
    ("size", "filters", "expected"),
    [
        (256, 64, 54_413_955),
        (128, 64, 41_828_995),
        (64, 64, 29_244_035),
        (64, 16, 1_830_563),
        (32, 16, 1_043_619),
    ],
)
def test_parameters_with_batch_norm(size, filters, expected):
    model = generator(3, 3, size=size, filters=filters, norm="batch")
    assert sum(np.prod(v.shape) for v in model.trainable_variables) == expected


def test_maps_of_the_table():
    model = generator(1, 3, size=32, filters=2)
    outputs = model(draw(model, 32))
    shapes = [tuple(outputs[f"features_{i}"].shape[1:]) for i in range(1, 10)]
    down = [(16, 16, 2), (8, 8, 4), (4, 4, 8), (2, 2, 16), (1, 1, 16)]
    assert shapes == [*down, (2, 2, 16), (4, 4, 8), (8, 8, 4), (16, 16, 2)]
    assert outputs["image"].shape == (2, 32, 32, 3)
    assert len(outputs) == 10
    assert np.abs(outputs["image"]).max() <= 1


def test_rectangles_that_divide_by_the_size_pass():
    model = generator(3, 1, size=8, filters=2)
    images = np.random.default_rng(0).uniform(-1, 1, (1, 16, 40, 3)).astype("float32")
    assert model({"input": images})["image"].shape == (1, 16, 40, 1)


@pytest.mark.parametrize("norm", ["instance", "batch", "layer", "none"])
def test_the_bottleneck_reaches_the_image_of_a_single_example(norm):
    """With a normalised map of 1x1 it would be constant."""
    keras.utils.set_random_seed(0)
    model = generator(3, 3, size=8, filters=4, norm=norm, affine=True)
    inputs = draw(model, 8, batch=1)
    kernel = model.get_layer("down_3_conv").kernel
    before = model(inputs, training=True)
    kernel.assign(np.random.default_rng(1).normal(size=kernel.shape))
    after = model(inputs, training=True)
    np.testing.assert_array_equal(before["features_2"], after["features_2"])
    assert np.abs(before["image"] - after["image"]).max() > 1e-6


def test_without_skips_the_bottleneck_is_all_that_the_image_depends_on():
    model = generator(3, 3, size=8, filters=4, skips=False)
    inputs = draw(model, 8)
    kernel = model.get_layer("down_3_conv").kernel
    kernel.assign(0 * kernel)
    image = model(inputs)["image"].numpy()
    np.testing.assert_array_equal(image[0], image[1])

    joined = generator(3, 3, size=8, filters=4)
    kernel = joined.get_layer("down_3_conv").kernel
    kernel.assign(0 * kernel)
    image = joined(inputs)["image"].numpy()
    assert np.abs(image[0] - image[1]).max() > 1e-6


@pytest.mark.parametrize(("size", "sides"), [(32, [2, 4, 8]), (8, [2, 4])])
def test_noise_goes_to_the_first_three_maps_on_the_way_up(size, sides):
    model = generator(3, 3, size=size, filters=2, norm="none", noise=0.5)
    image = draw(model, size)["input"]
    one, same, other = (
        model({"input": image, "seed": np.full(len(image), seed)}) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one["image"], same["image"])
    assert np.abs(one["image"] - other["image"]).max() > 0
    dropped = {
        x.shape[1]
        for name, x in one.items()
        if name != "image" and abs(np.mean(x == 0) - 0.5) < 0.3 and np.any(x != other[name])
    }
    assert sorted(dropped) == sides


def test_affine_instance_norm_has_the_parameters_of_batch_norm():
    model = generator(3, 3, size=16, filters=4, norm="instance", affine=True)
    batch = generator(3, 3, size=16, filters=4, norm="batch")
    trainable = [sum(np.prod(v.shape) for v in m.trainable_variables) for m in (model, batch)]
    assert trainable[0] == trainable[1]
    plain = generator(3, 3, size=16, filters=4)
    assert not [v for v in plain.trainable_variables if v.name in ("gamma", "beta")]


def test_it_is_float32_under_mixed_precision_and_survives_saving(tmp_path):
    model = build_in("mixed_bfloat16", lambda: generator(3, 2, size=8, filters=2))
    inputs = draw(model, 8)
    outputs = model(inputs)
    assert outputs["features_1"].dtype == tf.bfloat16
    assert outputs["image"].dtype == tf.float32
    survives_saving(model, inputs, tmp_path)


@pytest.mark.parametrize("size", [0, 2, 48])
def test_other_sizes_are_refused(size):
    with pytest.raises(UserError, match=f"size {size}; choose a power of two of at least 4"):
        generator(3, 3, size=size)
