import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import SpectralConv2D, SpectralDense, spectral_layers

LAYERS = {
    "dense": (lambda **kwargs: SpectralDense(6, **kwargs), (4, 10)),
    "dense_one": (lambda **kwargs: SpectralDense(1, **kwargs), (4, 10)),
    "conv": (lambda **kwargs: SpectralConv2D(6, 3, strides=2, **kwargs), (4, 9, 9, 2)),
}


def make(kind, **kwargs):
    build, shape = LAYERS[kind]
    layer = build(kernel_initializer=keras.initializers.RandomNormal(seed=1), **kwargs)
    layer.build((None, *shape[1:]))
    return layer, np.random.default_rng(0).normal(size=shape).astype("float32")


def apply(kind, x, kernel):
    return tf.nn.conv2d(x, kernel, strides=2, padding="VALID") if kind == "conv" else x @ kernel


def singular_value(layer):
    kernel = layer.kernel.numpy()
    return np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]


@pytest.mark.parametrize("kind", LAYERS)
def test_sigma_is_right_after_build_and_exact_after_iterations(kind):
    layer, _ = make(kind)
    assert float(layer.sigma()) == pytest.approx(singular_value(layer), rel=0.02)
    layer.power_iteration(200)
    assert float(layer.sigma()) == pytest.approx(singular_value(layer), rel=1e-5)


def test_one_iteration_per_update_follows_a_drifting_kernel():
    layer, _ = make("dense")
    drift = np.random.default_rng(1).normal(size=layer.kernel.shape)
    for _ in range(50):
        layer.kernel.assign_add(0.002 * drift)
        layer.power_iteration()
    assert float(layer.sigma()) == pytest.approx(singular_value(layer), rel=0.02)


@pytest.mark.parametrize("kind", LAYERS)
def test_output_is_that_of_the_divided_kernel(kind):
    layer, x = make(kind, bias_initializer="ones", activation="relu")
    layer.power_iteration(200)
    kernel = layer.kernel.numpy() / singular_value(layer)
    expected = np.maximum(apply(kind, x, kernel) + 1, 0)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_gradient_goes_through_sigma(kind):
    """Miyato 2018, equation 12: with g the gradient for W / sigma, it is g - <g, W> u v / sigma,
    over sigma; here with the singular vectors of an SVD."""
    layer, x = make(kind)
    layer.power_iteration(300)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.square(layer(x)))
    actual = tape.gradient(value, layer.kernel.value)

    kernel = layer.kernel.numpy()
    matrix = kernel.reshape(-1, kernel.shape[-1])
    left, values, right = np.linalg.svd(matrix)
    normalized = tf.constant(kernel / values[0])
    with tf.GradientTape() as tape:
        tape.watch(normalized)
        value = tf.reduce_sum(tf.square(apply(kind, x, normalized)))
    g = tape.gradient(value, normalized).numpy().reshape(matrix.shape)
    expected = g - (g * matrix / values[0]).sum() * np.outer(left[:, 0], right[0])
    expected = (expected / values[0]).reshape(kernel.shape)
    np.testing.assert_allclose(actual, expected, rtol=1e-2, atol=1e-3 * np.abs(g).max())


@pytest.mark.parametrize("kind", LAYERS)
def test_calls_in_training_do_not_change_the_vectors(kind):
    layer, x = make(kind)
    before = [layer.u.numpy(), layer.v.numpy(), layer.kernel.numpy()]
    first, second = layer(x, training=True), layer(x, training=True)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, layer(x, training=False))
    for old, new in zip(before, (layer.u, layer.v, layer.kernel), strict=True):
        np.testing.assert_array_equal(old, new)


def test_only_kernel_and_bias_are_trainable():
    layer, _ = make("conv")
    assert [w.name for w in layer.trainable_variables] == ["kernel", "bias"]
    assert [w.name for w in layer.non_trainable_variables] == ["u", "v"]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("kind", LAYERS)
def test_mixed_precision_estimates_in_float32(kind, policy):
    layer, x = make(kind, dtype=policy)
    exact, _ = make(kind)
    layer.power_iteration(3)
    exact.power_iteration(3)
    assert layer.sigma().dtype == tf.float32
    assert float(layer.sigma()) == float(exact.sigma())
    with tf.GradientTape() as tape:
        y = layer(x)
    assert y.dtype == policy.removeprefix("mixed_")
    np.testing.assert_allclose(tf.cast(y, "float32"), exact(x), atol=0.05)
    assert tape.gradient(y, layer.kernel.value).dtype == tf.float32


@pytest.mark.parametrize("kind", LAYERS)
def test_xla_agrees(kind):
    layer, x = make(kind)
    twin, _ = make(kind)

    @tf.function(jit_compile=True)
    def step(x):
        layer.power_iteration()
        with tf.GradientTape() as tape:
            y = layer(x)
        return y, tape.gradient(y, layer.kernel.value)

    y, _ = step(x)
    twin.power_iteration()
    np.testing.assert_allclose(y, twin(x), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.u, twin.u, atol=1e-5)


def small_model():
    return keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            SpectralConv2D(4, 3, use_bias=False, name="conv"),
            keras.layers.Flatten(),
            SpectralDense(1, name="dense"),
        ]
    )


def test_a_saved_model_loads_in_safe_mode_with_its_vectors(tmp_path):
    model = small_model()
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 2)).astype("float32")
    for layer in spectral_layers(model):
        layer.kernel.assign(np.random.default_rng(1).normal(size=layer.kernel.shape))
        layer.power_iteration(2)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(x), model(x))
    for old, new in zip(spectral_layers(model), spectral_layers(loaded), strict=True):
        np.testing.assert_array_equal(old.u, new.u)
        np.testing.assert_array_equal(old.v, new.v)


def test_a_clone_is_independent_and_right_from_the_start():
    model = small_model()
    clone = keras.models.clone_model(model)
    for old, new in zip(spectral_layers(model), spectral_layers(clone), strict=True):
        assert old is not new
        assert float(new.sigma()) == pytest.approx(singular_value(new), rel=0.02)
        before = old.u.numpy()
        new.kernel.assign(np.random.default_rng(2).normal(size=new.kernel.shape))
        new.power_iteration()
        np.testing.assert_array_equal(old.u, before)


def test_spectral_layers_are_found_in_nested_models_once():
    inner, shared = small_model(), SpectralDense(2)
    image = keras.Input((8, 8, 2))
    x = keras.layers.Concatenate()([shared(keras.layers.Flatten()(image)), inner(image)])
    outer = keras.Model(image, [x, shared(keras.layers.Flatten()(image * 2.0))])
    found = spectral_layers(outer)
    assert {id(layer) for layer in found} == {id(shared), *map(id, spectral_layers(inner))}
    assert len(found) == 3
    assert spectral_layers(keras.layers.Dense(1)) == []


def test_a_zero_kernel_is_finite_and_recovers():
    layer = SpectralDense(3, kernel_initializer="zeros")
    x = np.ones((2, 4), "float32")
    np.testing.assert_array_equal(layer(x), np.zeros((2, 3)))
    layer.power_iteration()
    layer.kernel.assign(np.random.default_rng(0).normal(size=(4, 3)))
    layer.power_iteration(100)
    assert float(layer.sigma()) == pytest.approx(singular_value(layer), rel=1e-4)


def test_a_layer_built_within_another_starts_converged():
    """Keras then defers the creation of weights, kernel included."""
    # One kernel in a hundred has two largest singular values too near each other to tell apart.
    keras.utils.set_random_seed(0)

    class Wrapper(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = SpectralDense(6)

        def call(self, x):
            return self.inner(x)

    wrapper = Wrapper()
    x = keras.Input((10,))
    keras.Model(x, wrapper(x))
    assert float(wrapper.inner.sigma()) == pytest.approx(singular_value(wrapper.inner), rel=0.02)
