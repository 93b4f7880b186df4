"""The generators that enlarge, and their discriminators."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation import esrgan_discriminator, rrdb, srgan_discriminator, srresnet
from tfgan_kit.errors import UserError

MAKE = {
    "srresnet": lambda **k: srresnet.generator(filters=4, blocks=2, **k),
    "rrdb": lambda **k: rrdb.generator(filters=4, growth=3, **{"blocks": 2, **k}),
}
LOW = np.random.default_rng(0).uniform(-1, 1, (2, 7, 5, 3)).astype("float32")
each = pytest.mark.parametrize("name", MAKE)


@pytest.mark.parametrize("scale", [2, 4])
@each
def test_any_size_is_enlarged(name, scale):
    model = MAKE[name](scale=scale, channels=1)
    for size in ((7, 5), (1, 12)):
        outputs = model({"input": np.zeros((2, *size, 1), "float32")})
        assert outputs["image"].shape == (2, size[0] * scale, size[1] * scale, 1)
        assert outputs["features_2"].shape[1:3] == size


@pytest.mark.parametrize("scale", [1, 3, 8])
@each
def test_other_scales_are_one_line(name, scale):
    with pytest.raises(UserError, match=f"enlarges by {scale}; choose a scale of 2 or 4"):
        MAKE[name](scale=scale)


@each
def test_the_input_reaches_the_first_layer_in_the_unit_range(name):
    model = MAKE[name]()
    conv = model.get_layer("conv_first")
    first = tf.nn.conv2d((LOW + 1) / 2, conv.kernel, 1, "SAME")
    if name == "srresnet":
        first = tf.where(first > 0, first, 0.25 * first)
    np.testing.assert_allclose(model({"input": LOW})["features_1"], first, atol=1e-5)


@each
def test_a_last_convolution_of_zeros_gives_its_bias_beyond_the_range(name):
    model = MAKE[name]()
    last = model.get_layer("image")
    last.kernel.assign(np.zeros(last.kernel.shape))
    last.bias.assign([-1.5, 0.0, 2.0])
    image = model({"input": LOW})["image"]
    np.testing.assert_array_equal(image, np.broadcast_to([-1.5, 0.0, 2.0], image.shape))


def test_srresnet_with_the_blocks_last_normalization_of_zeros_is_the_identity_path():
    keras.utils.set_random_seed(0)
    model = MAKE["srresnet"]()
    for i in (1, 2):
        model.get_layer(f"block_{i}_norm_2").gamma.assign(np.zeros(4))
    model.get_layer("norm_trunk").gamma.assign(np.zeros(4))
    outputs = model({"input": LOW})
    np.testing.assert_array_equal(outputs["features_2"], outputs["features_1"])
    assert np.abs(outputs["features_1"]).max() > 0


def test_rrdb_with_last_convolutions_of_zeros_is_the_identity_path():
    """Up to 1.2 per block: three dense blocks return x, and 0.2 times that is added to x."""
    keras.utils.set_random_seed(0)
    model, path = MAKE["rrdb"](), MAKE["rrdb"](blocks=0)
    for layer in model.layers:
        if layer.name.endswith("_conv_last"):
            layer.kernel.assign(np.zeros(layer.kernel.shape))
    for layer in path.layers:
        layer.set_weights(model.get_layer(layer.name).get_weights())
    trunk = path.get_layer("conv_trunk")
    trunk.kernel.assign(trunk.kernel * 1.2**2)
    expected = path({"input": LOW})
    for key, value in model({"input": LOW}).items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-5, atol=1e-6)


def test_an_rrdb_by_hand():
    keras.utils.set_random_seed(0)
    model = MAKE["rrdb"](blocks=1)
    for variable in model.trainable_variables:
        variable.assign(variable * 3 if variable.name == "kernel" else variable + 0.1)

    def conv(x, name):
        kernel, bias = model.get_layer(name).get_weights()
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
        return np.einsum("bhwcij,ijcf->bhwf", windows, kernel) + bias

    x = y = model({"input": LOW})["features_1"].numpy()
    for i in (1, 2, 3):
        maps = [y]
        for j in (1, 2, 3, 4):
            z = conv(np.concatenate(maps, -1), f"block_1_dense_{i}_conv_{j}")
            maps.append(np.where(z > 0, z, 0.2 * z))
        y = y + 0.2 * conv(np.concatenate(maps, -1), f"block_1_dense_{i}_conv_last")
    expected = x + conv(x + 0.2 * y, "conv_trunk")
    np.testing.assert_allclose(model({"input": LOW})["features_2"], expected, rtol=1e-4, atol=1e-5)


def test_rrdb_starts_small_in_the_dense_blocks():
    keras.utils.set_random_seed(0)
    model = rrdb.generator(blocks=1)
    outer, inner = (
        model.get_layer(name).kernel.numpy() for name in ("conv_trunk", "block_1_dense_2_conv_1")
    )
    assert np.std(outer) == pytest.approx(np.sqrt(1 / (3 * 9 * 64)), rel=0.03)
    assert np.std(inner) == pytest.approx(0.1 * np.sqrt(2 / (9 * 64)), rel=0.03)


def test_slopes_start_at_a_quarter_and_do_not_depend_on_the_position():
    slopes = [w for w in MAKE["srresnet"]().weights if w.name == "alpha"]
    assert len(slopes) == 1 + 2 + 2
    for slope in slopes:
        np.testing.assert_array_equal(slope, np.full((1, 1, 4), 0.25))


@pytest.mark.parametrize(
    ("module", "factor"), [(srgan_discriminator, 16), (esrgan_discriminator, 32)]
)
def test_discriminators_take_multiples_and_halve_them(module, factor):
    outputs = module.discriminator((2 * factor, factor, 3), filters=1).output
    assert outputs[f"features_{len(outputs) - 2}"].shape[1:3] == (2, 1)
    for size in ((factor, factor + 8), (factor - 1, factor)):
        with pytest.raises(UserError, match=f"{size[0]}x{size[1]}; .* multiples of {factor}$"):
            module.discriminator((*size, 3), filters=1)


@pytest.mark.parametrize(
    ("module", "factor"), [(srgan_discriminator, 16), (esrgan_discriminator, 32)]
)
def test_instance_normalization_of_one_position_is_refused(module, factor):
    with pytest.raises(UserError, match="one value each; choose batch, layer or none"):
        module.discriminator((factor, factor, 3), filters=1, norm="instance")
    module.discriminator((factor, 2 * factor, 3), filters=1, norm="instance")
