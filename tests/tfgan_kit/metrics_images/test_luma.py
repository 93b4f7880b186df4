import cv2
import numpy as np
import pytest

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.luma import luma, psnr_y, ssim_y
from tfgan_kit.metrics.images.psnr import psnr
from tfgan_kit.metrics.images.ssim import ssim

A = smooth(3, 30, 26)
B = noisy(A, 25)


def y(images):
    """BT.601 from its definition: 219 levels above 16 of 0.299 R + 0.587 G + 0.114 B."""
    gray = images.astype(float) @ np.array([0.299, 0.587, 0.114])
    return (16 + 219 * gray / 255)[..., None]


def test_luma_equals_its_definition():
    np.testing.assert_allclose(luma(A), y(A), atol=1e-3)
    # OpenCV's YUV is rounded, from coefficients of three digits.
    for image, found in zip(A, luma(A)[..., 0], strict=True):
        planar = cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)
        assert np.abs(planar[:30] - found).max() < 0.6
    ends = np.array([[[[0, 0, 0], [255, 255, 255]]]])
    np.testing.assert_allclose(luma(ends).ravel(), [16, 235])


def test_gray_is_its_own_luma():
    gray, other = A[..., :1], B[..., :1]
    np.testing.assert_array_equal(psnr_y(gray, other), psnr(gray, other))
    np.testing.assert_array_equal(ssim_y(gray, other), ssim(gray, other))


@pytest.mark.parametrize("border", [0, 4])
def test_psnr_is_that_of_the_luma_without_the_border(border):
    inside = slice(border, 30 - border), slice(border, 26 - border)
    errors = ((y(A)[:, *inside] - y(B)[:, *inside]) ** 2).mean((1, 2, 3))
    np.testing.assert_allclose(
        psnr_y(A, B, border), 20 * np.log10(255 / np.sqrt(errors)), rtol=1e-4
    )


def test_ssim_is_that_of_the_luma_without_the_border():
    """Of rounded luma, which moves it by little."""
    rounded = (np.rint(y(x)[:, 3:-3, 3:-3]).astype(np.uint8) for x in (A, B))
    np.testing.assert_allclose(ssim_y(A, B, 3), ssim(*rounded), atol=2e-3)
    assert (np.abs(ssim_y(A, B, 3) - ssim(A, B)) > 0.005).all()


def test_a_border_does_not_count():
    changed = B.copy()
    changed[:, :4] = changed[:, -4:] = 0
    changed[:, :, :4] = changed[:, :, -4:] = 0
    np.testing.assert_array_equal(psnr_y(A, changed, 4), psnr_y(A, B, 4))
    assert (psnr_y(A, changed, 3) < psnr_y(A, B, 3)).all()


def test_a_border_that_leaves_too_little():
    with pytest.raises(UserError, match="nothing is left of images of 30x26"):
        psnr_y(A, B, 13)
    with pytest.raises(UserError, match="at least 11x11, these are 14x10"):
        ssim_y(A, B, 8)
