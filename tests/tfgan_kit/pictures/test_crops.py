"""Random crops and quarter turns."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.pictures.crops import random_crops, random_turns

SEED = tf.constant([3, 5], tf.int64)


def places(shape):
    """Images whose values are the numbers of their pixels."""
    count, height, width = shape
    one = np.arange(height * width, dtype=np.float32).reshape(1, height, width, 1)
    return np.repeat(one, count, 0)


def test_crops_are_windows_at_all_places():
    images = places((400, 5, 7))
    crops = random_crops(tf.constant(images), 3, SEED).numpy()
    assert crops.shape == (400, 3, 3, 1)
    corners = crops[:, 0, 0, 0].astype(int)
    rows, columns = corners // 7, corners % 7
    for crop, row, column in zip(crops, rows, columns, strict=True):
        np.testing.assert_array_equal(crop, images[0, row : row + 3, column : column + 3])
    # All 3 x 5 corners, each about 400 / 15 times.
    counts = np.bincount(rows * 5 + columns, minlength=15)
    assert len(counts) == 15
    assert counts.min() >= 10


def test_places_are_multiples_of_the_step():
    rows = tf.range(14.0)[None, :, None, None] + tf.zeros((500, 14, 14, 1))
    crops = random_crops(tf.concat([rows, tf.transpose(rows, (0, 2, 1, 3))], -1), 6, SEED, step=4)
    corners = crops[:, 0, 0].numpy()
    assert {tuple(corner) for corner in corners} == {(a, b) for a in (0, 4, 8) for b in (0, 4, 8)}


def test_a_crop_of_the_size_is_the_image():
    images = places((4, 6, 6))
    np.testing.assert_array_equal(random_crops(tf.constant(images), 6, SEED), images)


def test_turns_are_the_eight_of_the_square():
    images = places((400, 4, 4))
    square = images[0, ..., 0]
    eight = [np.rot90(s, k) for k in range(4) for s in (square, square[:, ::-1])]
    found = random_turns(tf.constant(images), SEED).numpy()[..., 0]
    counts = [int((found == each).all((1, 2)).sum()) for each in eight]
    assert sum(counts) == 400
    assert min(counts) >= 25


@pytest.mark.parametrize("change", [lambda x, s: random_crops(x, 2, s), random_turns])
def test_the_seed_decides(change):
    images = tf.constant(places((16, 8, 8)))
    one, two = change(images, SEED), change(images, SEED)
    np.testing.assert_array_equal(one, two)
    assert (change(images, SEED + 1).numpy() != one.numpy()).any()
