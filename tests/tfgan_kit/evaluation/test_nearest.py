"""The nearest vectors of a stream against a sort of all distances."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tfgan_kit.evaluation.nearest import Nearest


def stream(nearest, vectors, size):
    for start in range(0, len(vectors), size):
        nearest.update(vectors[start : start + size])
    return nearest


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_against_all_distances(size, kind):
    rng = np.random.default_rng(0)
    queries, vectors = (rng.integers(0, 256, (n, 12)).astype(kind) for n in (150, 60))
    found = stream(Nearest(queries, 4), vectors, size)
    wanted = cdist(queries.astype(float), vectors.astype(float)) / np.sqrt(12)
    np.testing.assert_array_equal(found.indices, np.argsort(wanted, axis=1, kind="stable")[:, :4])
    np.testing.assert_allclose(found.distances, np.sort(wanted, axis=1)[:, :4], rtol=1e-12)


def test_a_copy_is_at_distance_0_and_the_first_of_equals_counts():
    vectors = np.full((6, 1000), 255, np.uint8)
    vectors[2] = 254
    found = stream(Nearest(vectors[:1], 3), vectors, 2)
    assert found.indices.tolist() == [[0, 1, 3]]
    assert found.distances.tolist() == [[0.0, 0.0, 0.0]]


def test_a_short_stream_leaves_places_empty():
    found = stream(Nearest(np.zeros((2, 3), np.float32), 4), np.ones((2, 3), np.float32), 1)
    assert found.indices.tolist() == [[0, 1, -1, -1]] * 2
    assert found.distances.tolist() == [[1.0, 1.0, np.inf, np.inf]] * 2
