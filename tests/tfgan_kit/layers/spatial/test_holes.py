"""The layers around a network that fills holes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import CentreHole, FillHoles, Resize
from tfgan_kit.terms import masks

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(2, 6, 5, 3)).astype("float32")
HOLES = (RNG.random((2, 6, 5, 1)) < 0.4).astype("float32")


def test_holes_are_filled_and_nothing_else_is_touched():
    other = RNG.normal(size=IMAGES.shape).astype("float32")
    expected = IMAGES.copy()
    inside = np.broadcast_to(HOLES > 0, IMAGES.shape)
    expected[inside] = other[inside]
    np.testing.assert_array_equal(FillHoles()([IMAGES, HOLES, other]), expected)
    colour = (0.1, -0.2, 0.3)
    expected[inside] = np.broadcast_to(np.float32(colour), IMAGES.shape)[inside]
    np.testing.assert_array_equal(FillHoles(colour)([IMAGES, HOLES]), expected)


@pytest.mark.parametrize(("size", "margin"), [((32, 32), 1), ((64, 32), 0), ((128, 128), 4)])
def test_the_hole_is_that_of_training(size, margin):
    images = np.zeros((2, *size, 3), "float32")
    expected = masks.centre(np.arange(2), size, overlap=margin)
    hole = CentreHole(margin, size[0])(images)
    np.testing.assert_array_equal(hole, expected)


def test_the_hole_is_in_proportion_to_the_image():
    hole = CentreHole(1, 32)(np.zeros((1, 96, 70, 3), "float32")).numpy()[0, ..., 0]
    expected = np.zeros((96, 70))
    expected[24 + 3 : 72 - 3, 17 + 2 : 52 - 2] = 1
    np.testing.assert_array_equal(hole, expected)


@pytest.mark.parametrize("size", [(4, 9), (3, 2), (12, 5)])
def test_images_are_resized_as_by_tensorflow(size):
    expected = tf.image.resize(IMAGES, size, antialias=True)
    np.testing.assert_allclose(Resize(size)(IMAGES), expected, atol=1e-5)
    like = np.zeros((2, *size, 1), "float32")
    np.testing.assert_allclose(Resize()([IMAGES, like]), expected, atol=1e-5)
    unknown = [tf.TensorSpec((None, None, None, channels)) for channels in (3, 1)]
    in_graph = tf.function(lambda *given: Resize()(given), input_signature=unknown)
    np.testing.assert_allclose(in_graph(IMAGES, like), expected, atol=1e-5)


def test_images_of_the_right_size_pass_unchanged_also_if_it_shows_only_in_use():
    layer = Resize((6, 5))
    unknown = tf.function(layer, input_signature=[tf.TensorSpec((None, None, None, 3))])
    np.testing.assert_array_equal(layer(IMAGES), IMAGES)
    np.testing.assert_array_equal(unknown(IMAGES), IMAGES)
    assert layer.sees_whole
    assert not Resize().sees_whole


def test_saving(tmp_path):
    image = keras.Input((None, None, 3))
    hole = CentreHole(1, 8)(image)
    small = Resize((4, 4))(FillHoles((0.0, 0.5, 1.0))([image, hole]))
    model = keras.Model(image, FillHoles()([image, hole, Resize()([small, image])]))
    assert model.output.shape == (None, None, None, 3)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))
