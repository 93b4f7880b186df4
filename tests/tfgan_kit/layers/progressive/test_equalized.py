import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.engine.player import make_optimizer
from tfgan_kit.layers import EqualizedConv2D, EqualizedDense

CASES = [
    (EqualizedDense, (200,), {}, (7, 300), 300),
    (EqualizedDense, (200,), {"gain": 1.0, "lrmul": 0.01}, (7, 300), 300),
    (EqualizedConv2D, (96, 3), {"padding": "same"}, (2, 5, 4, 64), 9 * 64),
    (EqualizedConv2D, (3, 1), {"gain": 1.0, "use_bias": False}, (2, 5, 4, 600), 600),
]
IDS = ["dense", "lrmul", "conv", "to_rgb"]


def built(kind, arguments, keywords, shape):
    keras.utils.set_random_seed(0)
    layer = kind(*arguments, **keywords)
    layer.build(shape)
    return layer


@pytest.mark.parametrize(("kind", "arguments", "keywords", "shape", "fan_in"), CASES, ids=IDS)
class TestEach:
    def test_weights_start_as_normal_numbers(self, kind, arguments, keywords, shape, fan_in):
        kernel = built(kind, arguments, keywords, shape).kernel.numpy()
        scaled = kernel * keywords.get("lrmul", 1.0)
        assert scaled.std() == pytest.approx(1, abs=4 / np.sqrt(2 * kernel.size))
        assert scaled.mean() == pytest.approx(0, abs=4 / np.sqrt(kernel.size))

    def test_they_are_scaled_in_each_call(self, kind, arguments, keywords, shape, fan_in):
        layer = built(kind, arguments, keywords, shape)
        rng, lrmul = np.random.default_rng(0), keywords.get("lrmul", 1.0)
        x = rng.normal(size=shape).astype("float32")
        kernel = layer.kernel.numpy() * lrmul * keywords.get("gain", 2**0.5) / fan_in**0.5
        bias = 0.0
        if layer.bias is not None:
            layer.bias.assign(rng.normal(size=layer.bias.shape))
            bias = layer.bias.numpy() * lrmul
        if kind is EqualizedDense:
            expected = x @ kernel + bias
        else:
            expected = tf.nn.conv2d(x, kernel, 1, "SAME") + bias
        np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-4)

    def test_adam_moves_what_is_used_by_the_rate_times_the_scale(
        self, kind, arguments, keywords, shape, fan_in
    ):
        layer, rate = built(kind, arguments, keywords, shape), 0.01
        scale = keywords.get("lrmul", 1.0) * keywords.get("gain", 2**0.5) / fan_in**0.5
        adam = make_optimizer(
            "adam",
            rate,
            beta_1=0.0,
            beta_2=0.99,
            epsilon=1e-8,
            clip_norm=0,
            precision="float32",
            replicas=1,
        )
        adam.build([layer.kernel])
        x = tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)
        before = layer.kernel.numpy()
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.sin(layer(x)))
        adam.apply([tape.gradient(loss, layer.kernel.value)], [layer.kernel])
        moved = np.abs(layer.kernel.numpy() - before) * scale
        assert moved.max() <= 1.01 * rate * scale
        assert np.median(moved) >= 0.9 * rate * scale

    def test_survives_saving(self, kind, arguments, keywords, shape, fan_in, tmp_path):
        inputs = keras.Input(shape[1:])
        model = keras.Model(inputs, kind(*arguments, **keywords)(inputs))
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        x = np.random.default_rng(0).normal(size=shape).astype("float32")
        np.testing.assert_array_equal(loaded(x), model(x))
        assert loaded.layers[1].get_config() == model.layers[1].get_config()


def test_an_activation_comes_last():
    layer = built(EqualizedDense, (4,), {"activation": "relu"}, (2, 3))
    plain = built(EqualizedDense, (4,), {}, (2, 3))
    x = np.random.default_rng(0).normal(size=(2, 3))
    np.testing.assert_array_equal(layer(x), np.maximum(plain(x), 0))


def test_half_precision():
    layer = built(EqualizedConv2D, (8, 3), {"dtype": "mixed_bfloat16"}, (2, 5, 4, 16))
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 16)).astype("float32")
    out = layer(x)
    assert (out.dtype, layer.kernel.dtype) == (tf.bfloat16, "float32")
    exact = built(EqualizedConv2D, (8, 3), {}, (2, 5, 4, 16))(x)
    np.testing.assert_allclose(tf.cast(out, tf.float32), exact, atol=0.05)
