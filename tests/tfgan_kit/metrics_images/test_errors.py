import numpy as np
import pytest

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.errors import l1, l2
from tfgan_kit.metrics.images.psnr import psnr

A = smooth(40, 9, 7)
B = noisy(A, 40)
HOLE = np.random.default_rng(1).random((40, 9, 7, 1)) < 0.3


def by_pixel(size, hole=None):
    """Means in percent of the range, pixel by pixel."""
    means = []
    for n in range(len(A)):
        places = [p for p in np.ndindex(9, 7) if hole is None or hole[n, *p, 0]]
        errors = [
            size((int(A[n, *p, c]) - int(B[n, *p, c])) / 255) for p in places for c in (0, 1, 2)
        ]
        means.append(100 * sum(errors) / len(errors))
    return means


@pytest.mark.parametrize("hole", [None, HOLE])
def test_errors_equal_their_definitions(hole):
    squares = np.array(by_pixel(lambda d: d * d, hole))
    np.testing.assert_allclose(l1(A, B, hole), by_pixel(abs, hole), rtol=1e-12)
    np.testing.assert_allclose(l2(A, B, hole), squares, rtol=1e-12)
    np.testing.assert_allclose(psnr(A, B, hole), -10 * np.log10(squares / 100), rtol=1e-12)


def test_black_and_white_differ_by_the_whole_range():
    black, white = -np.ones((1, 2, 2, 1)), np.ones((1, 2, 2, 1))
    assert l1(black, white) == l2(black, white) == 100
    assert l1(black, black) == l2(black, black) == 0


def test_only_the_hole_counts():
    changed = np.where(HOLE, B, 255 - B)
    np.testing.assert_array_equal(l1(A, changed, HOLE), l1(A, B, HOLE))


def test_holes_that_cannot_be_measured_in():
    full = HOLE.copy()
    full[7] = False
    with pytest.raises(UserError, match="image 7 has no hole"):
        l1(A, B, full)
    with pytest.raises(UserError, match="40x9x7 do not fit images of 40x9x7x3"):
        psnr(A, B, HOLE[..., 0])
