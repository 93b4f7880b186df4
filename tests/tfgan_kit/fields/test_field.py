"""What a field says, and what networks get of its values."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.fields import (
    Field,
    attribute_field,
    class_field,
    ids_field,
    image_field,
    instances_field,
    latent_field,
    mask_field,
    vector_field,
)
from tfgan_kit.fields.network import from_network, to_network, unrounded
from tfgan_kit.pictures.images import to_uint8

NAMES = ("cat", "dog", "eel")
FIELDS = [
    image_field((4, 6, 3)),
    image_field((4, 6, 5), "uint16", (0, 65535)),
    image_field((4, 6, 1), "float32", (-3.0, 12.5)),
    ids_field((4, 6), NAMES),
    instances_field((4, 6)),
    mask_field((4, 6, 1)),
    class_field(NAMES),
    class_field(NAMES, unknown=True),
    attribute_field(NAMES),
    attribute_field(NAMES, unknown=True),
    vector_field(7),
    latent_field(9, "uniform"),
    Field("attributes", (2,), "int64", names=("a", "b"), examples=((0, 1), (1, 1))),
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.kind)
def test_json_holds_a_field(field):
    again = Field.from_json(json.loads(json.dumps(field.to_json())))
    assert again.to_json() == field.to_json()
    assert again == field


@pytest.mark.parametrize("field", FIELDS[:-1], ids=lambda f: f.kind)
def test_networks_get_the_shape_that_a_field_says(field):
    values = np.zeros((2, *field.shape), field.dtype)
    made = to_network(field, values)
    assert made.shape == (2, *field.network_shape)
    numbers = field.kind == "ids" and not field.names
    assert made.dtype == (tf.int32 if numbers else tf.float32)


def test_numbers_of_instances_stay_what_they_are():
    values = np.array([[[0, 70_001], [3, -1]]], np.int32)
    np.testing.assert_array_equal(to_network(instances_field((2, 2)), values), values)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no kind of field"):
        Field("picture", (1, 1, 1))


def test_images_fill_the_range_of_networks():
    field = image_field((1, 3, 1), "float32", (-3.0, 12.0))
    values = np.array([-3.0, 4.5, 12.0], np.float32).reshape(1, 1, 3, 1)
    np.testing.assert_allclose(to_network(field, values).numpy().ravel(), [-1, 0, 1])
    # What a generator makes is in that range already.
    made = tf.constant([[[[0.5]]]])
    assert to_network(image_field((1, 1, 1)), made).numpy() == 0.5


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [("uint8", 0, 255), ("uint16", 0, 65535), ("uint16", 0, 4095)]
)
def test_there_and_back_loses_nothing(dtype, low, high):
    field = image_field((1, 256, 1), dtype, (low, high))
    values = np.linspace(low, high, 256).round().astype(dtype).reshape(1, 1, 256, 1)
    back = from_network(field, to_network(field, values).numpy())
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, values)


def test_floats_return_to_their_range_and_are_not_rounded():
    field = image_field((1, 3, 1), "float32", (-3.0, 12.0))
    images = np.array([-1.0, 0.1, 1.0], np.float32).reshape(1, 1, 3, 1)
    for convert in (from_network, unrounded):
        values = convert(field, images)
        assert values.dtype == np.float32
        np.testing.assert_allclose(values.ravel(), [-3, 5.25, 12], rtol=1e-6)
        np.testing.assert_allclose(to_network(field, values), images, atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_what_is_translated_again_is_not_rounded(dtype):
    field = image_field((1, 2, 1), dtype, (0, np.iinfo(dtype).max))
    images = np.array([0.1234567, -1.0], np.float32).reshape(1, 1, 2, 1)
    np.testing.assert_array_equal(to_network(field, unrounded(field, images)), images)


def test_bytes_are_rounded_as_pictures_are():
    values = np.random.default_rng(0).uniform(-1.2, 1.2, (8, 9, 9, 1)).astype(np.float32)
    np.testing.assert_array_equal(from_network(image_field((9, 9, 1)), values), to_uint8(values))


def test_unknown_labels():
    classes = tf.constant([2, -1, 0])
    plain = to_network(class_field(NAMES), classes)
    np.testing.assert_array_equal(plain, [[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    known = to_network(class_field(NAMES, unknown=True), classes)
    np.testing.assert_array_equal(known, [[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    attributes = tf.constant([[1, -1, 0]], tf.int64)
    found = to_network(attribute_field(NAMES, unknown=True), attributes)
    np.testing.assert_array_equal(found, [[1, 0, 0, 1, 0, 1]])
    weights = tf.constant([[0.25, 0.75, 0.0]])
    np.testing.assert_array_equal(to_network(class_field(NAMES), weights), weights)


def test_labels_of_episodes_are_numbers_and_floats_are_weights():
    label = class_field(NAMES)
    numbers = np.array([[0, 2], [1, -1], [2, 2]])
    expected = np.concatenate([np.eye(3), np.zeros((1, 3))])[numbers]
    np.testing.assert_array_equal(to_network(label, numbers), expected)
    weights = np.array([[0.2, 0.8, 0.0], [0.5, 0.0, 0.5]], np.float32)
    np.testing.assert_array_equal(to_network(label, weights), weights)
