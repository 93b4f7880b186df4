import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.fields.boundaries import boundary_map


def test_a_map_of_4x4():
    ids = [[1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 1, 1], [1, 1, 1, 9]]
    expected = [[0, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    found = boundary_map(np.array([ids]))
    assert found.dtype == tf.float32
    np.testing.assert_array_equal(found[0, ..., 0], expected)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "int64"])
def test_is_a_comparison_with_each_neighbour(dtype):
    squares = np.random.default_rng(0).integers(0, 3, (2, 3, 2)).astype(dtype)
    ids = squares.repeat(3, 1).repeat(3, 2)[:, :7, :5]
    ids[0, 0, 0] = np.iinfo(dtype).max
    expected = np.zeros(ids.shape)
    for b, i, j in np.ndindex(ids.shape):
        for y, x in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
            if 0 <= y < 7 and 0 <= x < 5 and ids[b, y, x] != ids[b, i, j]:
                expected[b, i, j] = 1
    assert 0 < expected.mean() < 1
    np.testing.assert_array_equal(boundary_map(ids)[..., 0], expected)


def test_one_instance_has_no_boundary():
    assert not np.any(boundary_map(np.full((1, 3, 4), 7)))
