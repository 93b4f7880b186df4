"""Maps of generators against numpy, and the derivatives of distances of maps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation.unpaired.stargan import discriminator, generator
from tfgan_kit.attention.generator_maps import GeneratorMaps
from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import NORMALIZATIONS
from tfgan_kit.terms.attention import length_of_difference

SHAPE = (8, 8, 3)


def enlarged(network, seed):
    """The network with kernels that are large enough for maps that are not empty."""
    rng = np.random.default_rng(seed)
    for v in network.trainable_variables:
        if len(v.shape) > 1:
            v.assign(rng.normal(0, (2 / np.prod(v.shape[:-1])) ** 0.5, v.shape))
    return network


@pytest.fixture
def judge():
    return enlarged(discriminator(SHAPE, 3, downs=2, filters=3), 5)


def made(blocks=2, filters=2, norm="none", seed=1):
    return enlarged(generator(3, 3, blocks=blocks, filters=filters, norm=norm), seed)


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


@pytest.mark.parametrize("norm", NORMALIZATIONS)
def test_a_map_is_that_of_its_image_alone(judge, norm):
    """Else it would be made of rounding, as where every a_k is 0."""
    network, inputs = made(filters=8, norm=norm), given()
    maps = GeneratorMaps(network, judge, "it")
    assert maps.layer == ("block_2_2_norm" if norm == "instance" else "block_2_2_conv")
    together = maps(inputs, CLASSES).numpy()
    assert together.any()
    for row in range(4):
        alone = maps({n: values[row : row + 1] for n, values in inputs.items()}, CLASSES[row, None])
        np.testing.assert_allclose(alone[0], together[row], atol=1e-4 * together.max())


@pytest.mark.parametrize("norm", ["batch", "layer", "instance"])
def test_the_gradient_of_second_order_is_that_of_finite_differences(judge, norm):
    network, inputs = made(blocks=1, filters=4, norm=norm, seed=2), given()
    maps = GeneratorMaps(network, judge, "it")
    theirs = tf.constant(np.random.default_rng(3).uniform(0, 1, (4, 2, 2)), tf.float32)
    kernel = network.get_layer("block_1_2_conv").kernel

    def distance(first_order=False):
        found = maps(inputs, CLASSES, training=True, first_order=first_order)
        return tf.reduce_mean(length_of_difference(found, theirs))

    gradients = []
    for first_order in (False, True):
        with tf.GradientTape() as tape:
            value = distance(first_order)
        gradients.append(tape.gradient(value, kernel.value).numpy())
    # Where the two differ most.
    direction, before = gradients[0] - gradients[1], kernel.numpy()
    direction /= np.linalg.norm(direction)
    sides = []  # So near that no ReLU switches between them.
    for way in (1e-4, -1e-4):
        kernel.assign(before + way * direction)
        sides.append(float(distance()))
    slope = (sides[0] - sides[1]) / 2e-4
    full, first = ((gradient * direction).sum() for gradient in gradients)
    assert full == pytest.approx(slope, rel=1e-2)
    assert first != pytest.approx(slope, rel=2e-1)


def test_every_weight_before_the_maps_gets_a_gradient_from_their_distance(judge):
    network, inputs = made(norm="layer"), given()
    maps = GeneratorMaps(network, judge, "it")
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(length_of_difference(maps(inputs, CLASSES), tf.ones((4, 2, 2))))
    found = tape.gradient(value, [v.value for v in network.trainable_variables])
    assert all(gradient is not None for gradient in found)
    before = [v.path for v in network.trainable_variables if not v.path.startswith(("up", "out"))]
    known = dict(zip([v.path for v in network.trainable_variables], found, strict=True))
    assert all(np.abs(known[path]).max() > 1e-6 for path in before if path.endswith("kernel"))


def test_what_has_no_maps(judge):
    with pytest.raises(UserError, match="it has a generator without residual blocks"):
        GeneratorMaps(generator(3, 3, blocks=0, filters=2), judge, "it")
    headless = keras.Model(judge.input, {"logits": judge.output["logits"]})
    with pytest.raises(UserError, match="it has a discriminator without a class head"):
        GeneratorMaps(made(), headless, "it")
