import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.randomness import uniform_of_each
from tfgan_kit.terms import masks

SEEDS = np.random.default_rng(0).integers(-(2**31), 2**31, 60)
SIZES = [(32, 32), (64, 48), (128, 128)]
sizes = pytest.mark.parametrize("size", SIZES)
random = pytest.mark.parametrize("kind", ["block", "region"])


def areas(mask):
    assert set(np.unique(mask)) == {0, 1}
    return np.mean(mask, (1, 2, 3))


@sizes
@pytest.mark.parametrize("kind", masks.KINDS)
def test_shape_and_type(kind, size):
    mask = masks.KINDS[kind](tf.constant(SEEDS[:3]), size)
    assert mask.shape == (3, *size, 1)
    assert mask.dtype == tf.float32


def test_centre_has_half_the_sides_less_the_overlap():
    expected = np.zeros((64, 32))
    expected[16:48, 8:24] = 1
    mask = masks.centre(SEEDS[:2], (64, 32))
    np.testing.assert_array_equal(mask, np.stack([expected, expected])[..., None])
    expected = np.zeros((128, 128))
    expected[36:92, 36:92] = 1
    np.testing.assert_array_equal(
        masks.centre(SEEDS[:1], (128, 128), overlap=4)[0, ..., 0], expected
    )


@sizes
def test_blocks_cover_up_to_a_quarter_with_squares(size):
    mask = masks.block(SEEDS, size).numpy()
    least = min(size) // 8
    assert areas(mask).min() >= least**2 / np.prod(size)
    assert areas(mask).max() <= 0.25
    assert areas(mask).mean() > 0.12
    for one in mask[:, :, :, 0]:
        # Every pixel of the hole lies in a square of the smallest size that is all hole.
        squares = np.lib.stride_tricks.sliding_window_view(one, (least, least)).all((2, 3))
        covered = np.zeros_like(one)
        for top, left in np.argwhere(squares):
            covered[top : top + least, left : left + least] = 1
        np.testing.assert_array_equal(covered, one)


@sizes
def test_regions_cover_20_to_30_percent_smoothly(size):
    mask = masks.region(SEEDS, size).numpy()
    share = areas(mask)
    assert share.min() >= 0.2
    assert share.max() <= 0.3
    assert share.std() > 0.02
    # The hole of a single disc of a quarter of 32 x 32 pixels has 5 % of changes along the rows.
    changes = np.abs(np.diff(mask, axis=2)).mean()
    assert 0.02 < changes < 0.16


@pytest.mark.parametrize("kind", ["block", "region"])
def test_every_part_of_the_image_can_be_hidden(kind):
    mask = masks.KINDS[kind](SEEDS, (32, 32)).numpy()
    parts = mask.reshape(len(SEEDS), 4, 8, 4, 8).mean((0, 2, 4))
    assert parts.min() > 0.03


@random
def test_a_mask_depends_on_its_seed_alone(kind):
    draw = masks.KINDS[kind]
    expected = draw(SEEDS, (32, 48)).numpy()
    assert len({one.tobytes() for one in expected}) == len(SEEDS)
    np.testing.assert_array_equal(draw(SEEDS[::-1][:7], (32, 48)), expected[::-1][:7])
    for jit in (False, True):
        compiled = tf.function(lambda seeds: draw(seeds, (32, 48)), jit_compile=jit)
        np.testing.assert_array_equal(compiled(tf.constant(SEEDS[:7])), expected[:7])


def test_a_region_by_hand():
    """Keys 1981, equation 15, value by value."""
    height, width, cell = 16, 24, 16 / 7.68
    grid = (int(height / cell) + 5, int(width / cell) + 5)
    draws = uniform_of_each(SEEDS[:1], "region mask", 3 + grid[0] * grid[1])[0].numpy()
    noise = draws[3:].reshape(grid)

    def keys(t):
        t = abs(t)
        if t >= 2:
            return 0.0
        return 1 - 2.5 * t**2 + 1.5 * t**3 if t < 1 else 2 - 4 * t + 2.5 * t**2 - 0.5 * t**3

    def value(i, j):
        y, x = (i + 0.5) / cell + draws[1] + 1, (j + 0.5) / cell + draws[2] + 1
        return sum(
            keys(y - a) * keys(x - b) * noise[a, b]
            for a in range(int(y) - 1, int(y) + 3)
            for b in range(int(x) - 1, int(x) + 3)
        )

    smooth = np.array([[value(i, j) for j in range(width)] for i in range(height)])
    least, most = 77, 115  # Of 384 pixels.
    count = least + int(draws[0] * (most - least + 1))
    expected = np.zeros(height * width)
    expected[np.argsort(smooth.ravel())[:count]] = 1
    mask = masks.region(SEEDS[:1], (height, width))
    np.testing.assert_array_equal(mask.numpy().ravel(), expected)


def test_draws_of_each_example():
    draws = uniform_of_each(SEEDS, "a", 500).numpy()
    assert draws.shape == (60, 500)
    assert abs(draws.mean() - 0.5) < 0.01
    assert np.abs(np.corrcoef(draws)[~np.eye(60, dtype=bool)]).max() < 0.25
    assert not np.isclose(draws, uniform_of_each(SEEDS, "b", 500)).mean() > 0.01
