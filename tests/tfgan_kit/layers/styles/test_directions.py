import keras
import numpy as np
import pytest
import scipy.linalg
import tensorflow as tf

from nets.latent.directions import directions
from tfgan_kit.layers import Directions
from tfgan_kit.layers.styles.directions import exponential

RNG = np.random.default_rng(0)
LATENTS = RNG.normal(size=(5, 8)).astype("float32")
EPS = RNG.uniform(-6, 6, (5, 1)).astype("float32")
K = np.array([0, 2, 1, 2, 0])


def built(**options):
    keras.utils.set_random_seed(1)
    layer = Directions(3, **options)
    layer.build([(None, 8), (None, 3), (None, 1)])
    return layer


def test_columns_have_length_1_whatever_the_weight():
    layer = built()
    layer.free.assign(10 * RNG.normal(size=(8, 3)))
    expected = layer.free.numpy() / np.linalg.norm(layer.free.numpy(), axis=0)
    np.testing.assert_allclose(layer.matrix, expected, rtol=1e-5)
    assert layer.trainable_variables == [layer.free]


def test_columns_are_of_the_exponential_of_a_skew_matrix():
    layer = built(orthonormal=True)
    free = layer.free.numpy().astype("float64")
    assert free.shape == (8, 8)
    expected = scipy.linalg.expm(free - free.T)[:, :3]
    np.testing.assert_allclose(layer.matrix, expected, atol=1e-4)
    product = layer.matrix.numpy().T @ layer.matrix.numpy()
    # Each of eight squarings can double the rounding of 6e-8.
    np.testing.assert_allclose(product, np.eye(3), atol=2e-5)
    assert np.abs(expected - np.eye(8)[:, :3]).max() > 0.3


def test_the_exponential_has_a_gradient():
    layer, step = built(orthonormal=True), np.zeros((8, 8))
    step[1, 5], target = 1e-5, RNG.normal(size=(8, 3))

    def loss(free):
        return float((scipy.linalg.expm(free - free.T)[:, :3] * target).sum())

    with tf.GradientTape() as tape:
        value = tf.reduce_sum(layer.matrix * tf.constant(target, tf.float32))
    gradient = tape.gradient(value, layer.free.value).numpy()[1, 5]
    free = layer.free.numpy().astype("float64")
    expected = (loss(free + step) - loss(free - step)) / 2e-5
    assert abs(expected) > 0.01
    assert gradient == pytest.approx(expected, rel=1e-3)


def test_the_exponential_of_a_large_matrix_is_a_rotation():
    free = RNG.normal(size=(512, 512)).astype("float32")
    skew = free - free.T
    assert 40 < np.linalg.norm(skew, 2) < 128
    found = exponential(tf.constant(skew)).numpy()
    np.testing.assert_allclose(found, scipy.linalg.expm(skew.astype("float64")), atol=1e-4)


def test_its_operations_are_known_to_other_formats():
    layer = built(orthonormal=True)
    graph = tf.function(lambda: layer.matrix).get_concrete_function().graph
    kinds = {operation.type for operation in graph.get_operations()}
    assert "MatMul" in kinds
    assert not [kind for kind in kinds if kind in ("MatrixSolve", "While", "If", "StatelessIf")]


def test_the_axes():
    np.testing.assert_array_equal(built(start="axes").matrix, np.eye(8)[:, :3])


@pytest.mark.parametrize("options", [{}, {"orthonormal": True}, {"start": "axes"}])
def test_a_latent_is_moved(options):
    layer = built(scale=0.5, **options)
    moved = layer([LATENTS, np.eye(3, dtype="float32")[K], EPS])
    expected = LATENTS + 0.5 * EPS * layer.matrix.numpy()[:, K].T
    np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-5)


def test_a_saved_network_moves_the_same(tmp_path):
    network = directions(8, 3, orthonormal=True, scale=0.25)
    network.get_layer("directions").scale.assign(2.0)
    network.save(tmp_path / "directions.keras")
    loaded = keras.saving.load_model(tmp_path / "directions.keras")
    inputs = {"latent": LATENTS, "k": np.eye(3, dtype="float32")[K], "eps": EPS}
    np.testing.assert_array_equal(loaded(inputs)["moved"], network(inputs)["moved"])
    assert np.abs(network(inputs)["moved"] - LATENTS).max() > 1


def test_it_computes_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    assert built().matrix.dtype == tf.float32
    network = directions(8, 3)
    inputs = {"latent": LATENTS, "k": np.eye(3, dtype="float32")[K], "eps": EPS}
    assert network(inputs)["moved"].dtype == tf.float32
