"""`tfgan_kit.features`: the same numbers and the same variables as in the whole network."""

import keras
import numpy as np
import pytest

import tfgan_kit
from nets import cogan, dcgan
from tests.tfgan_kit.export.conftest import filled
from tfgan_kit.errors import UserError

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (3, 32, 32, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def discriminator():
    return filled(dcgan.discriminator((32, 32, 1), width=0.1), seed=1)


@pytest.fixture(scope="module")
def joint():
    shapes = [(32, 32, 1)] * 2
    return filled(cogan.discriminator(shapes, width=0.1, shared_layers=2), seed=1)


@pytest.mark.parametrize(("name", "layer"), [("features_2", 2), ("leaky_relu_2", 2)])
def test_an_output_or_a_layer_by_name(discriminator, name, layer):
    part = tfgan_kit.features(discriminator, name)
    expected = discriminator(IMAGES)[f"features_{layer}"]
    np.testing.assert_array_equal(part(IMAGES), expected)
    assert part.input_shape == (None, 32, 32, 1)
    assert "logits" not in [each.name for each in part.layers]


def test_variables_are_the_models_own(discriminator):
    part = tfgan_kit.features(discriminator, "features_2")
    assert {id(v) for v in part.variables} < {id(v) for v in discriminator.variables}


def test_a_frozen_part_stays_as_it_is(discriminator):
    """As it says of itself: also the statistics of a batch normalisation, in a call to train."""
    network = keras.models.clone_model(discriminator)
    network.set_weights(discriminator.get_weights())
    part = tfgan_kit.features(network, "features_3")
    part.trainable = False
    head = keras.layers.Dense(2)(keras.layers.Flatten()(part.output))
    whole = keras.Model(part.input, head)
    whole.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    whole.fit(IMAGES, np.array([0, 1, 0]), verbose=0)
    for new, old in zip(network.get_weights(), discriminator.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)
    assert [v.path.split("/")[0] for v in whole.trainable_variables] == [whole.layers[-1].name] * 2


@pytest.mark.parametrize(("name", "domain"), [("features_1_b", "b"), ("features_3_a", "a")])
def test_a_joint_network_is_asked_for_one_domain(joint, name, domain):
    images = {"image_a": IMAGES, "image_b": IMAGES[::-1]}
    part = tfgan_kit.features(joint, name)
    np.testing.assert_array_equal(part(images[f"image_{domain}"]), joint(images)[name])


def test_what_needs_both_inputs_takes_both():
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    sums = keras.layers.Add(name="sums")([a, b])
    model = keras.Model({"a": a, "b": b}, keras.layers.ReLU()(sums))
    part = tfgan_kit.features(model, "sums")
    np.testing.assert_array_equal(part({"a": np.ones((1, 2)), "b": np.ones((1, 2))}), [[2, 2]])


def test_an_unknown_name_is_one_line_with_the_known_ones(discriminator):
    with pytest.raises(UserError) as caught:
        tfgan_kit.features(discriminator, "feature_3")
    text = str(caught.value)
    assert "'discriminator' has no output or layer 'feature_3'; did you mean 'features_3'? " in text
    for name in ("features_1", "logits", "conv_2", "leaky_relu_3"):
        assert name in text
    assert "\n" not in text


def test_a_shared_layer_stands_for_the_first_domain(joint):
    images = {"image_a": IMAGES, "image_b": IMAGES[::-1]}
    np.testing.assert_array_equal(
        tfgan_kit.features(joint, "prelu_3")(IMAGES), joint(images)["features_3_a"]
    )


def test_a_layer_with_several_outputs_is_refused():
    sequence = keras.Input((4, 3))
    outputs = keras.layers.LSTM(2, return_state=True, name="lstm")(sequence)
    with pytest.raises(UserError, match=r"layer 'lstm' of .* does not have exactly one output"):
        tfgan_kit.features(keras.Model(sequence, outputs[0]), "lstm")
