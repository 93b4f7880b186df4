import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.layers import ChannelwiseDense

X = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")


def built(shape=X.shape):
    keras.utils.set_random_seed(0)
    layer = ChannelwiseDense()
    layer.build(shape)
    return layer


def test_each_channel_has_a_matrix_of_its_own():
    layer = built()
    outputs = layer(X)
    for channel, matrix in enumerate(layer.kernel.numpy()):
        flat = X[..., channel].reshape(2, 12) @ matrix
        np.testing.assert_allclose(
            outputs[..., channel], flat.reshape(2, 3, 4), rtol=1e-4, atol=1e-5
        )


def test_the_jacobian_reaches_every_position_of_its_channel_and_no_other_channel():
    layer, x = built(), tf.constant(X[:1])
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x)
    jacobian = tape.jacobian(outputs, x).numpy()[0, :, :, :, 0]
    reached = np.abs(jacobian).max((0, 1, 3, 4)) > 0
    np.testing.assert_array_equal(reached, np.eye(5, dtype=bool))
    for channel in range(5):
        assert (jacobian[:, :, channel, :, :, channel] != 0).all()


def test_weights_of_the_paper():
    assert built((None, 6, 6, 256)).count_params() == 331_776


def test_it_starts_with_the_variance_of_glorot_for_positions():
    kernel = built((None, 8, 8, 20)).kernel.numpy()
    assert np.isclose(kernel.var(), 1 / 64, rtol=0.02)
    assert np.abs(kernel).max() <= np.sqrt(3 / 64)
