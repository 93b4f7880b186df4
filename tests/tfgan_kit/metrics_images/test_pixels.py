import numpy as np
import pytest

from tests.tfgan_kit.metrics_images.pictures import smooth
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.pixels import per_image, pixel_pairs, pixels

GRAY = np.zeros((2, 4, 4, 1), np.float32)


def test_floats_are_rounded_unless_told():
    images = np.array([-1, -0.5, 0, 0.1, 1], np.float32).reshape(1, 1, 5, 1)
    assert pixels(images).ravel().tolist() == [0, 64, 128, 140, 255]
    exact = pixels(images, rounded=False)
    assert exact.dtype == np.float32
    np.testing.assert_allclose(exact.ravel(), [0, 63.75, 127.5, 140.25, 255], atol=1e-4)


def test_bytes_pass():
    images = smooth()
    np.testing.assert_array_equal(pixels(images), images)
    np.testing.assert_array_equal(pixels(images, rounded=False), images.astype(np.float32))
    np.testing.assert_array_equal(pixels(images.astype(np.float32) / 127.5 - 1), images)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (GRAY[0], "not 4x4x1"),
        (np.zeros((2, 4, 4, 4)), "not 2x4x4x4; stack them, and drop an alpha channel"),
        (GRAY[:0], "at least one image"),
        (GRAY.astype(int), "not int64; convert them"),
        (GRAY + 255, r"these in [255, 255]; scale them"),
        (np.stack([GRAY[0], GRAY[0] + np.nan]), "image 1 has pixels that are not finite"),
        (np.stack([GRAY[0] - np.inf, GRAY[0]]), "image 0 has pixels that are not finite"),
    ],
)
def test_what_is_refused(images, message):
    with pytest.raises(UserError) as error:
        pixels(images)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_pairs_need_one_shape():
    with pytest.raises(UserError, match="not 2x4x4x1 and 1x4x4x1; resize them, or give as many"):
        pixel_pairs(GRAY, GRAY[:1])


def test_a_few_at_a_time():
    a, b = np.random.default_rng(0).integers(0, 256, (2, 70, 2, 2, 1), np.uint8)
    seen = []

    def measure(x, y):
        seen.append(len(x))
        return (x - y).mean((1, 2, 3))

    expected = (a.astype(float) - b).mean((1, 2, 3))
    np.testing.assert_array_equal(per_image(measure, a, b), expected)
    assert len(seen) > 1
    assert sum(seen) == 70
