"""Images of any size for networks that need a multiple."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.fields import class_field, image_field
from tfgan_kit.layers import ReflectionPadding2D
from tfgan_kit.uses.any_size import extended, smallest_side

FIELD = image_field((8, 8, 2)).of_any_size(4)


@pytest.mark.parametrize(("size", "grown"), [((5, 8), (8, 8)), ((9, 3), (12, 4)), ((7, 6), (8, 8))])
def test_images_are_reflected_below_and_to_the_right(size, grown):
    images = np.random.default_rng(0).normal(size=(2, *size, 2)).astype(np.float32)
    given, size_of = extended({"input": FIELD}, {"input": tf.constant(images)})
    pad = [(0, after - before) for before, after in zip(size, grown, strict=True)]
    expected = np.pad(images, [(0, 0), *pad, (0, 0)], "reflect")
    np.testing.assert_array_equal(given["input"], expected)
    back = size_of.cut({"image": FIELD}, {"image": given["input"]})["image"]
    np.testing.assert_array_equal(back, images)


def test_a_single_pixel_is_repeated():
    given, _ = extended({"input": FIELD}, {"input": tf.fill([1, 1, 1, 2], 0.5)})
    np.testing.assert_array_equal(given["input"], np.full((1, 4, 4, 2), 0.5, np.float32))


@pytest.mark.parametrize("size", [(4, 8), (8, 2), (3, 13), (1, 1)])
def test_images_are_extended_to_the_smallest_size_that_is_asked_for(size):
    images = np.random.default_rng(0).normal(size=(2, *size, 2)).astype(np.float32)
    given, size_of = extended({"input": FIELD}, {"input": tf.constant(images)}, 8)
    pad = [(0, max(8, -(-side // 4) * 4) - side) for side in size]
    expected = np.pad(images, [(0, 0), *pad, (0, 0)], "reflect")
    np.testing.assert_array_equal(given["input"], expected)
    back = size_of.cut({"image": FIELD}, {"image": given["input"]})["image"]
    np.testing.assert_array_equal(back, images)


@pytest.mark.parametrize(("padded", "least"), [(False, 4), (True, 8)])
def test_networks_that_pad_by_reflection_take_twice_the_multiple(padded, least):
    image = keras.Input((None, None, 2))
    x = ReflectionPadding2D(1)(image) if padded else image
    assert smallest_side({"input": FIELD}, [keras.Model(image, x)]) == least


def test_an_enlarged_output_is_cut_to_as_many_times_the_size():
    images = tf.reshape(tf.range(5 * 3 * 2, dtype=tf.float32), (1, 5, 3, 2))
    given, size = extended({"input": FIELD}, {"input": images})
    larger = tf.repeat(tf.repeat(given["input"], 3, 1), 3, 2)
    cut = size.cut({"image": FIELD}, {"image": larger})["image"]
    np.testing.assert_array_equal(cut, tf.repeat(tf.repeat(images, 3, 1), 3, 2))


def test_what_fits_or_has_no_size_is_left_alone():
    images, label = tf.zeros([2, 8, 4, 2]), tf.constant([1, 0])
    fields = {"input": FIELD, "label": class_field("ab")}
    given, size = extended(fields, {"input": images, "label": label})
    assert size is None
    assert given["input"] is images
    given, size = extended(fields, {"input": images[:, :5], "label": label})
    assert given["label"] is label
    assert size is not None
