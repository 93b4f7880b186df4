import numpy as np
import pytest
import tensorflow as tf

from trainers.paired.texturegan.patches import crops, drawn_corners, drawn_window

SIZE = 20, 14
COUNT = 300


@pytest.fixture(scope="module")
def shapes():
    """A rectangle of 9x8 pixels in each, but for the last, which has no shape."""
    found = np.zeros((COUNT, *SIZE, 1), np.float32)
    found[:-1, 8:17, 4:12] = 1
    return found


def test_windows_are_squares_around_pixels_of_the_shape(shapes):
    windows = drawn_window(tf.constant(shapes), 2, 5, [1, 2]).numpy()
    sides = []
    for n, window in enumerate(windows[..., 0]):
        places = np.argwhere(window)
        (top, left), (bottom, right) = places.min(0), places.max(0)
        side = bottom - top + 1
        assert right - left + 1 == side
        assert len(places) == side**2
        if n < COUNT - 1:
            assert shapes[n, top + side // 2, left + side // 2, 0] == 1
        sides.append(side)
    assert set(sides) == {2, 3, 4, 5}
    assert min(np.bincount(sides)[2:]) > COUNT / 8
    # All places of the shape are reached: their centre is the shape's.
    rows, columns = np.nonzero(windows[:-1, ..., 0].mean(0))
    assert (rows.min(), rows.max()) == (8 - 2, 16 + 2)
    assert (columns.min(), columns.max()) == (4 - 2, 11 + 2)


def test_at_the_border_windows_are_moved_inwards():
    shapes = np.zeros((40, 6, 6, 1), np.float32)
    shapes[:, 0, 5] = 1
    windows = drawn_window(tf.constant(shapes), 3, 3, [1, 2]).numpy()
    expected = np.zeros((6, 6))
    expected[:3, 3:] = 1
    assert (windows[..., 0] == expected).all()


def test_corners_of_squares_that_lie_in_the_shape_come_first(shapes):
    side, room = 7, 3 * 2
    corners = drawn_corners(tf.constant(shapes), side, room + 2, [1, 2]).numpy()
    for own in corners[:-1]:
        assert len({tuple(corner) for corner in own}) == room + 2
        inside = {(row, column) for row in (8, 9, 10) for column in (4, 5)}
        assert {tuple(corner) for corner in own[:room]} == inside
        for row, column in own[room:]:
            assert shapes[0, row + side // 2, column + side // 2, 0] == 1
    first = {tuple(corner) for corner in corners[:-1, 0]}
    assert len(first) == room


def test_without_a_shape_corners_are_anywhere_in_the_image(shapes):
    corners = drawn_corners(tf.constant(shapes[-1:]), 7, 60, [1, 2]).numpy()[0]
    assert len({tuple(corner) for corner in corners}) == 60
    assert (corners >= 0).all()
    assert (corners <= np.array(SIZE) - 7).all()


def test_crops_are_slices_and_pass_gradients():
    rng = np.random.default_rng(0)
    images = tf.constant(rng.normal(size=(2, *SIZE, 3)).astype("float32"))
    corners = np.array([[[0, 0], [14, 8], [3, 5]], [[1, 1], [1, 2], [1, 1]]], np.int32)
    with tf.GradientTape() as tape:
        tape.watch(images)
        found = crops(images, tf.constant(corners), 6)
        total = tf.reduce_sum(found)
    expected = [
        images[n, row : row + 6, column : column + 6]
        for n in range(2)
        for row, column in corners[n]
    ]
    np.testing.assert_array_equal(found, expected)
    times = np.zeros(SIZE)
    for row, column in corners[1]:
        times[row : row + 6, column : column + 6] += 1
    gradient = tape.gradient(total, images)
    np.testing.assert_array_equal(gradient[1], np.repeat(times[..., None], 3, -1))
