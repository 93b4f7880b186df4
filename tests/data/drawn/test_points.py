import numpy as np
import pytest

from data.drawn import points
from data.drawn.points import Points
from tfgan_kit.errors import UserError


def stacked(source):
    return np.stack([source.example(i)[0] for i in range(len(source))])


@pytest.mark.parametrize("name", points.NAMES)
def test_points_are_reproducible_and_splits_are_not_the_same(name):
    one = stacked(Points(name))
    assert one.dtype == np.float32
    assert one.shape == (len(Points(name)), 2)
    np.testing.assert_array_equal(one, stacked(Points(name)))
    both = np.concatenate([one, stacked(Points(name, "test"))])
    assert len(np.unique(both, axis=0)) == len(both)


@pytest.mark.parametrize(("name", "modes"), [("ring", 10), ("gaussians8", 8), ("gaussians25", 25)])
def test_modes(name, modes):
    source = Points(name)
    assert source.centres.shape == (modes, 2)
    assert len(source.classes) == modes
    drawn, labels = stacked(source), source.labels()
    assert [source.example(i)[1] for i in range(50)] == labels[:50].tolist()
    assert set(np.bincount(labels)) == {len(source) // modes}
    offsets = drawn - source.centres[labels]
    np.testing.assert_allclose(offsets.std(), source.sigma, rtol=0.03)
    np.testing.assert_allclose(offsets.mean(0), 0, atol=5 * source.sigma / np.sqrt(len(source)))
    distances = np.linalg.norm(source.centres[:, None] - source.centres, axis=-1)
    distances[np.diag_indices(modes)] = np.inf
    assert distances.min() > 6 * source.sigma  # the discs of 3 sigma are disjoint


def test_the_ring_is_the_toy_studys():
    source = Points("ring")
    assert len(source) == 5100
    np.testing.assert_allclose(np.linalg.norm(source.centres, axis=1), points.RING_RADIUS)
    neighbours = np.linalg.norm(source.centres - np.roll(source.centres, 1, axis=0), axis=1)
    np.testing.assert_allclose(neighbours, neighbours[0])


def test_swissroll_is_a_spiral_without_modes():
    source = Points("swissroll")
    assert source.centres is None
    assert source.classes == ()
    assert set(source.labels()) == {-1}
    drawn = stacked(source) * points.ROLL_SCALE
    radius = np.linalg.norm(drawn, axis=1)
    # On the spiral the radius is the angle, up to whole turns and the noise.
    turns = (radius - np.arctan2(drawn[:, 1], drawn[:, 0])) / (2 * np.pi)
    assert np.abs(turns - np.rint(turns)).max() < 6 * points.ROLL_NOISE / (2 * np.pi)


def test_wrong_names():
    with pytest.raises(UserError, match="did you mean 'gaussians25'"):
        Points("gaussian25")
    with pytest.raises(UserError, match="train, test"):
        Points("ring", "dev")
