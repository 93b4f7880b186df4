import cv2
import numpy as np

from tests.tfgan_kit.metrics_images.pictures import smooth
from tfgan_kit.metrics.images.resolution import at_resolution, lower_resolutions


def test_it_is_opencvs_linear_resizing_there_and_back():
    images = smooth(height=32, width=48, channels=3).astype(np.float32) / 127.5 - 1.0
    found = at_resolution(images, 8)
    assert found.shape == images.shape
    for image, reduced in zip(images, found, strict=True):
        small = cv2.resize(image, (12, 8), interpolation=cv2.INTER_LINEAR)
        expected = cv2.resize(small, (48, 32), interpolation=cv2.INTER_LINEAR)
        np.testing.assert_allclose(reduced, expected, atol=1e-5)


def test_detail_below_the_resolution_is_lost():
    board = np.indices((16, 16)).sum(0) % 2 * 2.0 - 1.0
    np.testing.assert_allclose(at_resolution(board[None, ..., None], 8), 0.0, atol=1e-6)
    even = np.full((1, 16, 16, 1), 0.25)
    np.testing.assert_allclose(at_resolution(even, 8), 0.25, atol=1e-6)


def test_resolutions_are_halves():
    assert lower_resolutions(128, 200) == (64, 32, 16, 8)
    assert lower_resolutions(32, 32) == (16, 8)
    assert lower_resolutions(28, 28) == (14,)
    assert lower_resolutions(15, 64) == ()
