"""The maps against what theory says of them, and against derivatives taken in another way."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfgan_kit.attention.backward import signal
from tfgan_kit.attention.class_maps import alphas
from tfgan_kit.attention.latents import latent_maps
from tfgan_kit.attention.methods import METHODS, cam, grad_cam, grad_cam_plus_plus
from tfgan_kit.attention.names import OF_CLASSES
from tfgan_kit.attention.opened import Opened, chosen
from tfgan_kit.errors import UserError

CLASSES = np.array([0, 2, 1])


def images(count=3, side=12, channels=1):
    return np.random.default_rng(5).uniform(-1, 1, (count, side, side, channels)).astype("f")


def pooled(end="linear", pool=layers.GlobalAveragePooling2D, classes=3):
    keras.utils.set_random_seed(1)
    stack = [
        keras.Input((12, 12, 1)),
        layers.Conv2D(4, 3, activation="relu", name="first", bias_initializer="normal"),
        layers.Conv2D(5, 3, activation="relu", name="second", bias_initializer="normal"),
        pool(),
        layers.Dense(classes, activation=end, name="out", bias_initializer="normal"),
    ]
    return keras.Sequential(stack)


def deep():
    """A net with a nonlinear head, so that gradients differ from place to place."""
    keras.utils.set_random_seed(2)
    stack = [
        keras.Input((12, 12, 1)),
        layers.Conv2D(4, 3, activation="relu", name="maps", bias_initializer="normal"),
        layers.Flatten(),
        layers.Dense(8, activation="relu", bias_initializer="normal"),
        layers.Dense(3),
    ]
    return keras.Sequential(stack)


def test_the_mean_of_a_cam_plus_the_bias_is_the_logit():
    opened = Opened(pooled(), "net")
    logits, maps = cam(opened, images(), CLASSES)
    bias = opened.network.get_layer("out").bias.numpy()[CLASSES]
    np.testing.assert_allclose(
        maps.numpy().mean((1, 2)) + bias, logits.numpy()[range(3), CLASSES], atol=1e-5
    )
    assert maps.shape == (3, 8, 8)
    assert (maps.numpy() < 0).any()


def test_grad_cam_of_a_net_with_mean_pooling_is_the_positive_part_of_cam_per_position():
    opened = Opened(pooled(), "net")
    _, by_weights = cam(opened, images(), CLASSES)
    _, by_gradients = grad_cam(opened, images(), CLASSES)
    np.testing.assert_allclose(by_gradients, np.maximum(by_weights, 0) / 64, atol=1e-6)
    assert by_gradients.numpy().max() > 1e-3


@pytest.mark.parametrize("end", ["softmax", "sigmoid"])
def test_maps_are_of_the_logit_and_not_of_the_probability(end):
    """The same weights with a softmax or a sigmoid at the end give the same maps."""
    plain, ended = pooled(), pooled(end)
    ended.set_weights(plain.get_weights())
    as_layer = keras.Sequential([keras.Input((12, 12, 1)), *plain.layers, layers.Activation(end)])
    for method in METHODS.values():
        expected = method(Opened(plain, "net"), images(), CLASSES)
        for other in (ended, as_layer):
            found = method(Opened(other, "net"), images(), CLASSES)
            for one, two in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, two, atol=1e-6)
    assert (ended(images()).numpy() > 0).all()  # It is as it was before.


def test_a_network_inside_a_network_is_looked_into():
    plain = pooled()
    inside = keras.Sequential([keras.Input((12, 12, 1)), *plain.layers[:2]], name="inside")
    whole = keras.Sequential([keras.Input((12, 12, 1)), inside, *plain.layers[2:]])
    for method in METHODS.values():
        expected = method(Opened(plain, "net"), images(), CLASSES)
        found = method(Opened(whole, "net"), images(), CLASSES)
        np.testing.assert_array_equal(found[1], expected[1])


def test_a_single_logit_is_that_of_yes_and_its_negative_that_of_no():
    opened = Opened(pooled(classes=1), "net")
    logits = opened(images()).numpy()
    np.testing.assert_array_equal(logits[:, 0], -logits[:, 1])
    _, no = cam(opened, images(), [0, 0, 0])
    _, yes = cam(opened, images(), [1, 1, 1])
    np.testing.assert_allclose(no, -yes.numpy(), atol=1e-7)


def test_alphas_are_the_quotient_of_derivatives():
    """Against second and third derivatives of exp(y) by one position at a time."""
    rng = np.random.default_rng(0)
    maps = rng.uniform(0, 1, (1, 3, 3, 2)).astype(np.float32)
    slopes = rng.normal(0, 1, maps.shape).astype(np.float32)
    expected = np.zeros_like(maps)
    for place in np.ndindex(maps.shape):
        x = tf.Variable(maps[place])
        others = float((maps * slopes).sum() - maps[place] * slopes[place])
        with tf.GradientTape() as third:
            with tf.GradientTape() as second:
                with tf.GradientTape() as first:
                    y = tf.exp(others + x * slopes[place])
                by = first.gradient(y, x)
            twice = second.gradient(by, x)
        thrice = third.gradient(twice, x)
        total = maps[0, :, :, place[-1]].sum()
        expected[place] = twice / (2 * twice + total * thrice)
    found = alphas(tf.constant(maps), tf.constant(slopes)).numpy()
    positive = expected > 0
    np.testing.assert_allclose(found[positive], expected[positive], rtol=1e-4)
    assert (found[~positive] == 0).all()
    assert (slopes[positive] > 0).sum() == (slopes > 0).sum()


def test_an_input_in_a_list_is_taken_as_such():
    plain = pooled()
    listed = keras.Model([plain.inputs[0]], plain.outputs)
    expected = Opened(plain, "net")(images())
    np.testing.assert_allclose(Opened(listed, "net")(images()), expected, atol=1e-6)


def test_nothing_divided_by_nothing_is_nothing():
    zeros = tf.zeros((1, 2, 2, 1))
    assert (alphas(zeros, zeros).numpy() == 0).all()
    assert np.isfinite(alphas(zeros - 1.0, zeros + 0.5).numpy()).all()


def test_gradients_agree_with_finite_differences():
    """Grad-CAM and Grad-CAM++ of a net from slopes that were found by moving its maps."""
    net = deep()
    head = keras.Sequential([keras.Input((10, 10, 4)), *net.layers[1:]])
    opened, given = Opened(net, "net"), images(1)
    maps = net.get_layer("maps")(given).numpy().astype(np.float64)
    slopes, step = np.zeros(maps.shape), 1e-2
    for place in np.ndindex(maps.shape):
        moved = np.repeat(maps, 2, axis=0)
        moved[0][place[1:]] += step
        moved[1][place[1:]] -= step
        up, down = head(moved.astype(np.float32)).numpy()[:, 2].astype(np.float64)
        slopes[place] = (up - down) / (2 * step)
    weights = slopes.mean((1, 2))
    expected = np.maximum(np.einsum("bhwk,bk->bhw", maps, weights), 0)
    _, found = grad_cam(opened, given, [2])
    np.testing.assert_allclose(found, expected, atol=2e-4)
    total = maps.sum((1, 2), keepdims=True)
    weights = (slopes > 1e-4) * slopes / (2 + np.maximum(slopes, 0) * total)
    expected = np.maximum(np.einsum("bhwk,bk->bhw", maps, weights.sum((1, 2))), 0)
    _, found = grad_cam_plus_plus(opened, given, [2])
    np.testing.assert_allclose(found, expected, rtol=1e-2, atol=1e-2 * expected.max())
    assert expected.max() > 0


def explicit(kernel_1, kernel_2, switches, active, seed, guided):
    """The signal of a unit of the second layer, led back by hand.

    Transposed filters, unpooling to the switches, rectifying, transposed filters.
    """

    def transposed(maps, kernel):
        size = kernel.shape[0]
        out = np.zeros((maps.shape[0] + size - 1, maps.shape[1] + size - 1, kernel.shape[2]))
        for i, j in np.ndindex(maps.shape[:2]):
            out[i : i + size, j : j + size] += kernel @ maps[i, j]
        return out

    below = transposed(np.maximum(seed, 0), kernel_2)
    unpooled = np.zeros(active.shape)
    for (i, j, k), (a, b) in switches.items():
        unpooled[a, b, k] = below[i, j, k]
    unpooled = np.maximum(unpooled, 0)
    return transposed(unpooled * active if guided else unpooled, kernel_1)


@pytest.mark.parametrize("guided", [False, True])
@pytest.mark.parametrize("leaky", [False, True])
def test_a_signal_is_led_back_as_by_hand(guided, leaky):
    keras.utils.set_random_seed(3)
    rectifier = layers.LeakyReLU(0.3) if leaky else layers.ReLU()
    stack = [
        keras.Input((8, 8, 1)),
        layers.Conv2D(3, 3, use_bias=False, name="one"),
        rectifier,
        layers.MaxPooling2D(2),
        layers.Conv2D(2, 3, use_bias=False, name="two"),
        layers.GlobalAveragePooling2D(),
    ]
    net, given = keras.Sequential(stack), images(1, 8)
    kernels = [net.get_layer(name).kernel.numpy() for name in ("one", "two")]
    before = net.get_layer("one")(given).numpy()[0]
    after = np.where(before > 0, before, 0.3 * before if leaky else 0)
    switches = {}
    for i, j, k in np.ndindex(3, 3, 3):
        window = after[2 * i : 2 * i + 2, 2 * j : 2 * j + 2, k]
        a, b = np.unravel_index(window.argmax(), (2, 2))
        switches[i, j, k] = (2 * i + a, 2 * j + b)
    seed = np.zeros((1, 1, 2))
    seed[0, 0, 1] = 1.0
    expected = explicit(*kernels, switches, before > 0, seed, guided)
    _, found = signal(Opened(net, "net"), given, [1], guided=guided)
    np.testing.assert_allclose(found[0], expected, atol=1e-5)
    assert np.abs(expected).max() > 0


def test_a_rectifier_inside_a_layer_has_the_same_rule():
    net = pooled()
    apart = keras.Sequential([keras.Input((12, 12, 1))])
    for layer in net.layers:
        config = layer.get_config()
        rectified = config.get("activation") == "relu"
        apart.add(type(layer).from_config(config | ({"activation": None} if rectified else {})))
        if rectified:
            apart.add(layers.Activation("relu"))
    apart.set_weights(net.get_weights())
    for guided in (False, True):
        one, two = (
            signal(Opened(each, "net"), images(), CLASSES, guided=guided)[1]
            for each in (net, apart)
        )
        np.testing.assert_allclose(one, two, atol=1e-6)
        assert np.abs(one).max() > 0


def test_the_map_of_a_latent_is_its_grad_cam():
    keras.utils.set_random_seed(4)
    encoder = Opened(deep(), "encoder")
    latents, maps = latent_maps(encoder, images(), "maps")
    assert maps.shape == (3, 3, 10, 10)
    for i in range(3):
        logits, expected = grad_cam(encoder, images(), [i] * 3, "maps")
        np.testing.assert_allclose(maps[:, i], expected, atol=1e-6)
        np.testing.assert_allclose(latents, logits)


def test_maps_can_be_differentiated_in_a_graph_as_an_export_needs_it():
    opened = Opened(deep(), "net")
    traced = tf.function(lambda x, c: grad_cam(opened, x, c)[1])
    expected = grad_cam(opened, images(), CLASSES)[1]
    np.testing.assert_allclose(traced(images(), CLASSES), expected, atol=1e-6)


def test_the_layer_looked_at_is_the_last_convolution_with_its_norm_and_activation():
    stack = [
        keras.Input((12, 12, 1)),
        layers.Conv2D(4, 3, name="one"),
        layers.Conv2D(4, 3, name="two"),
        layers.BatchNormalization(name="norm"),
        layers.ReLU(name="rectified"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(),
        layers.Dense(2),
    ]
    assert Opened(keras.Sequential(stack), "net").default == "rectified"
    patches = [keras.Input((12, 12, 1)), layers.Conv2D(4, 3, name="one"), layers.Conv2D(1, 3)]
    opened = Opened(keras.Sequential(patches), "net")
    assert opened.default == "one"
    expected = opened.network(images()).numpy().mean((1, 2, 3))
    np.testing.assert_allclose(opened(images())[:, 1], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("net", "layer", "method", "text"),
    [
        (pooled, "third", "grad_cam", "is none of its layers (there are first, second)"),
        (pooled, "secnd", "grad_cam", "did you mean 'second'?"),
        (pooled, "out", "grad_cam", "'out' has no height and width to map (there are first"),
        (deep, None, "cam", "CAM needs global mean pooling of maps and one dense layer"),
        (lambda: pooled(pool=layers.GlobalMaxPooling2D), None, "cam", "needs global mean pooling"),
    ],
)
def test_what_cannot_be_mapped_is_said(net, layer, method, text):
    with pytest.raises(UserError) as error:
        METHODS[method](Opened(net(), "net"), images(), CLASSES, layer)
    assert text in str(error.value)


def test_a_network_without_convolutions_is_refused():
    stack = [keras.Input((12, 12, 1)), layers.Flatten(), layers.Dense(2)]
    with pytest.raises(UserError) as error:
        Opened(keras.Sequential(stack), "net").find(None)
    assert "has no convolution" in str(error.value)


def test_a_layer_beside_the_way_to_the_logits_is_refused():
    image = keras.Input((12, 12, 1))
    aside, way = layers.Conv2D(2, 3, name="aside")(image), layers.Conv2D(2, 3, name="way")(image)
    logits = layers.Dense(2)(layers.Flatten()(way))
    net = keras.Model(image, {"logits": logits, "other": aside})
    with pytest.raises(UserError) as error:
        grad_cam(Opened(net, "net", output="logits"), images(), CLASSES % 2, "aside")
    assert "does not lead to the logits" in str(error.value)
    assert chosen(tf.constant([[1.0, 2.0]]), [1]).numpy() == [2.0]


def test_the_methods_are_those_that_the_command_line_names():
    assert tuple(METHODS) == OF_CLASSES
