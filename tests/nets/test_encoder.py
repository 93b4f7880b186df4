import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.encoder import encoder
from tfgan_kit.errors import UserError


@pytest.mark.parametrize(("size", "maps"), [(32, 3), (64, 4), (128, 5), (256, 6)])
def test_it_goes_down_to_4x4_and_gives_a_linear_latent(size, maps):
    model = encoder((size, size, 3), 9, width=1 / 64)
    shapes = [layer.output.shape[1:] for layer in model.layers if "conv" in layer.name]
    assert shapes == [(size // 2**i, size // 2**i, 2 ** (i - 1)) for i in range(1, maps + 1)]
    assert (model.name, model.input.name) == ("encoder", "image")
    image = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3))
    latent = model(image)["latent"].numpy()
    assert latent.shape == (2, 9)
    dense = model.get_layer("latent")
    dense.kernel.assign(1000 * dense.kernel)
    np.testing.assert_allclose(model(image)["latent"], 1000 * latent, rtol=1e-3, atol=1e-5)


def test_parameters_at_full_width():
    expected = 16 * (3 * 64 + 64 * 128 + 128 * 256) + 64 + 128 + 256 + 4096 * 100 + 100
    assert encoder((32, 32, 3), 100).count_params() == expected


def test_it_is_float32_under_mixed_precision_and_survives_saving(tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = encoder((32, 32, 1), 5, width=1 / 16)
    finally:
        keras.config.set_dtype_policy(before)
    image = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 1))
    assert model(image)["latent"].dtype == tf.float32
    model.save(tmp_path / "encoder.keras")
    loaded = keras.saving.load_model(tmp_path / "encoder.keras")
    np.testing.assert_array_equal(loaded(image)["latent"], model(image)["latent"])


def test_other_shapes_are_refused():
    with pytest.raises(UserError, match="32x32, 64x64, 128x128, 256x256"):
        encoder((48, 48, 3), 5)
