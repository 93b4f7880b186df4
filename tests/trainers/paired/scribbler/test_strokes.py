import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from trainers.paired.scribbler.strokes import BLUR, LONGEST, WIDEST, drawn_strokes

SIZE = 64, 48
HALF = SIZE[1] // 2


@pytest.fixture(scope="module")
def images():
    """Left half red, right half blue."""
    found = -np.ones((200, *SIZE, 3), np.float32)
    found[:, :, :HALF, 0] = 1
    found[:, :, HALF:, 2] = 1
    return found


@pytest.fixture(scope="module")
def strokes(images):
    return drawn_strokes(images, [1, 2], 4).numpy()


def test_what_is_not_covered_is_transparent(strokes):
    alpha = strokes[..., 3]
    assert set(np.unique(alpha)) == {-1, 1}
    assert not strokes[alpha < 0][:, :3].any()


def test_strokes_have_the_blurred_colours_of_their_image(images, strokes):
    # The image changes along columns only: so does what is left after a blur.
    sigma = BLUR * SIZE[1]
    line = gaussian_filter(images[0, 0], (sigma, 0), mode="mirror", truncate=4)
    found = np.unique(strokes[strokes[..., 3] > 0][:, :3], axis=0)
    nearest = np.abs(found[:, None] - line).max(-1).min(1)
    assert nearest.max() < 0.02
    assert len(found) > 2


def test_strokes_end_where_the_colour_changes(strokes):
    """Behind the border, no further than half their width and the reach of the threshold."""
    margin = 2 + (1 + WIDEST * SIZE[1]) / 2
    columns = np.arange(SIZE[1]) - HALF + 0.5
    red = (strokes[..., 3] > 0) & (strokes[..., 0] > 0.95)
    blue = (strokes[..., 3] > 0) & (strokes[..., 2] > 0.95)
    assert columns[np.nonzero(red)[2]].max() < margin
    assert columns[np.nonzero(blue)[2]].min() > -margin


def test_from_none_to_all_are_drawn_and_their_sizes_are_bounded(images):
    none = (drawn_strokes(images, [1, 2], 4).numpy()[..., 3] < 0).all((1, 2))
    assert 0.1 < none.mean() < 0.3  # 1 / 5; 200 images.
    one = drawn_strokes(images, [3, 4], 1).numpy()[..., 3] > 0
    drawn = one.any((1, 2))
    assert 0.4 < drawn.mean() < 0.6
    extents = [np.ptp(np.argwhere(mask), axis=0) + 1 for mask in one[drawn]]
    longest = np.hypot(*np.array(extents).T).max()
    most = LONGEST * SIZE[1] + np.sqrt(2) * (2 + WIDEST * SIZE[1])
    assert 0.7 * LONGEST * SIZE[1] < longest < most
    assert not (drawn_strokes(images, [1, 2], 0).numpy()[..., 3] > 0).any()


def test_they_are_a_function_of_the_seed(images, strokes):
    np.testing.assert_array_equal(drawn_strokes(images, [1, 2], 4), strokes)
    assert (drawn_strokes(images, [1, 3], 4).numpy() != strokes).any()
