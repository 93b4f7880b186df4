"""Maps of generators against numpy, and the derivatives of distances of maps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation.unpaired.stargan import discriminator, generator
from tfgan_kit.attention.generator_maps import GeneratorMaps
from tfgan_kit.errors import UserError
from tfgan_kit.terms.attention import attention_distance

SHAPE = (8, 8, 3)


@pytest.fixture
def judge():
    keras.utils.set_random_seed(0)
    return discriminator(SHAPE, 3, downs=2, filters=3)


def made(blocks=2, filters=2, norm="none"):
    """A generator whose weights are large enough for maps that are not empty."""
    network = generator(3, 3, blocks=blocks, filters=filters, norm=norm)
    rng = np.random.default_rng(1)
    for v in network.trainable_variables:
        if len(v.shape) > 1:
            v.assign(rng.normal(0, (2 / np.prod(v.shape[:-1])) ** 0.5, v.shape))
    return network


def given():
    rng = np.random.default_rng(2)
    images = rng.uniform(-1, 1, (4, *SHAPE)).astype(np.float32)
    return {"input": images, "label": np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]}


CLASSES = np.array([0, 1, 2, 0])


def test_a_map_is_grad_cam_of_the_last_convolution_of_the_last_block(judge):
    network, inputs = made(), given()
    maps = GeneratorMaps(network, judge, "it")
    assert maps.layer == "block_2_2_conv"
    with tf.GradientTape() as tape:
        # By hand, from the block's first half on.
        features = network(inputs)
        x = features["features_4"]
        f = network.get_layer("block_2_1_relu")(network.get_layer("block_2_1_conv")(x))
        f = network.get_layer("block_2_2_conv")(f)
        tape.watch(f)
        y = x + f
        for name in ("up_2", "up_1"):
            y = tf.nn.relu(network.get_layer(f"{name}_conv")(y))
        image = tf.tanh(network.get_layer("output")(y))
        logits = judge({"image": image})["class_logits"]
        score = tf.reduce_sum(tf.gather(logits, CLASSES, batch_dims=1))
    np.testing.assert_allclose(image, features["image"], atol=1e-6)
    weights = tape.gradient(score, f).numpy().mean((1, 2))
    expected = np.maximum(np.einsum("bhwk,bk->bhw", f, weights), 0)
    assert (expected > 0).any((1, 2)).sum() >= 2
    np.testing.assert_allclose(maps(inputs, CLASSES), expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("first_order", [False, True])
def test_the_distance_has_the_slope_of_finite_differences(judge, first_order):
    """Held constant, the weights of a map's channels stay those before the step."""
    network, inputs = made(blocks=1), given()
    maps = GeneratorMaps(network, judge, "it")
    theirs = tf.constant(np.random.default_rng(3).uniform(0, 1, (4, 2, 2)), tf.float32)
    kernel = network.get_layer("block_1_2_conv").kernel

    def distance(first_order=False):
        found = maps(inputs, CLASSES, training=True, first_order=first_order)
        return tf.reduce_mean(attention_distance(found, theirs))

    with tf.GradientTape() as tape:
        value = distance(first_order)
    gradient = tape.gradient(value, kernel.value).numpy()
    direction, before = gradient / np.linalg.norm(gradient), kernel.numpy()
    sides = []
    for way in (2e-3, -2e-3):
        kernel.assign(before + way * direction)
        sides.append(float(distance()))
    slope = (sides[0] - sides[1]) / 4e-3
    agrees = abs(slope / np.linalg.norm(gradient) - 1) < 3e-2
    assert agrees is not first_order


def test_every_weight_before_the_maps_is_led_by_their_distance(judge):
    network, inputs = made(norm="instance"), given()
    maps = GeneratorMaps(network, judge, "it")
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(attention_distance(maps(inputs, CLASSES), tf.ones((4, 2, 2))))
    found = tape.gradient(value, [v.value for v in network.trainable_variables])
    assert all(gradient is not None for gradient in found)
    before = [v.path for v in network.trainable_variables if not v.path.startswith(("up", "out"))]
    known = dict(zip([v.path for v in network.trainable_variables], found, strict=True))
    assert all(np.abs(known[path]).max() > 0 for path in before if path.endswith("kernel"))


def test_what_has_no_maps(judge):
    with pytest.raises(UserError, match="it has a generator without residual blocks"):
        GeneratorMaps(generator(3, 3, blocks=0, filters=2), judge, "it")
    headless = keras.Model(judge.input, {"logits": judge.output["logits"]})
    with pytest.raises(UserError, match="it has a discriminator without a class head"):
        GeneratorMaps(made(), headless, "it")
