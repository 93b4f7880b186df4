import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions import sliced_wasserstein as module
from tfgan_kit.metrics.distributions.sliced_wasserstein import (
    laplacian_sliced_wasserstein,
    sliced_wasserstein,
)

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)


def sample(seed, count=40, size=5, shift=0.0):
    return np.random.default_rng(seed).normal(size=(count, size)) + shift


def images(seed, count=6, size=32, channels=3):
    rng = np.random.default_rng(seed)
    return rng.integers(256, size=(count, size, size, channels), dtype=np.uint8)


def test_it_is_the_mean_of_scipys_distances():
    a, b = sample(0), sample(1, shift=0.5)
    directions = np.random.default_rng(4).normal(size=(5, 20)).T
    directions = [d / np.sqrt(sum(d**2)) for d in directions]
    expected = np.mean([wasserstein_distance(a @ d, b @ d) for d in directions])
    assert sliced_wasserstein(a, b, 20, seed=4) == pytest.approx(expected, rel=1e-9)


def test_a_shift_is_measured_by_its_length():
    # The mean |cosine| of random directions in 3 dimensions is 1 / 2.
    a = sample(0, size=3)
    assert sliced_wasserstein(a, a + np.array([4, 0, 0]), 4000) == pytest.approx(2.0, rel=0.05)


@quick
@given(seeds)
def test_zero_symmetric_and_independent_of_order_and_chunks(seed):
    a, b = sample(seed), sample(seed + 1, shift=0.3)
    rng = np.random.default_rng(seed)
    found = sliced_wasserstein(a, b, 30)
    assert sliced_wasserstein(a, rng.permutation(a), 30) < 1e-12
    assert sliced_wasserstein(b, a, 30) == found
    assert sliced_wasserstein(rng.permutation(a), b, 30) == pytest.approx(found, rel=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_VALUES", 7 * 40)
        assert sliced_wasserstein(a, b, 30) == pytest.approx(found, rel=1e-12)


@quick
@given(seeds)
def test_it_grows_with_noise(seed):
    a = sample(seed)
    noise = sample(seed + 1)
    values = [sliced_wasserstein(a, a + scale * noise, 30) for scale in (0.0, 1.0, 2.0, 4.0)]
    assert values == sorted(values)
    assert values[0] == 0


def test_the_pyramid_is_opencvs():
    stack = images(0, 2, 64, 3)
    bands = list(module._pyramid(stack))
    assert [band.shape[1] for band in bands] == [64, 32, 16]
    stack = np.array(sorted(stack.tolist())).astype(np.float32)
    for n, image in enumerate(stack):
        for band in bands[:-1]:
            smaller = cv2.pyrDown(image)
            # OpenCV's border of the upward step differs from the downward one's.
            expected = (image - cv2.pyrUp(smaller))[2:-2, 2:-2]
            np.testing.assert_allclose(band[n, 2:-2, 2:-2], expected, atol=1e-3)
            image = smaller
        np.testing.assert_allclose(bands[-1][n], image, atol=1e-3)


def test_patches_are_patches():
    stack = images(0, 3, 16, 2).astype(np.float32)
    patches = module._patches(stack, 0).reshape(-1, 2, 7, 7)
    assert len(patches) == 3 * 128
    np.testing.assert_allclose(patches.mean((0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(patches.std((0, 2, 3)), 1, atol=1e-5)
    # The second image's last patch is found in the second image, and of the others in none.
    wanted = np.diff(patches[255, 1, 3])
    wanted /= np.linalg.norm(wanted)
    found = set()
    for n, y, x in np.ndindex(3, 16, 10):
        row = np.diff(stack[n, y, x : x + 7, 1])
        if np.allclose(row / np.linalg.norm(row), wanted, atol=1e-4):
            found.add(n)
    assert found == {1}


def test_levels_tell_where_images_differ():
    real = images(0, 16)
    found = laplacian_sliced_wasserstein(real, images(1, 16))
    assert set(found) == {"swd_32", "swd_16", "swd_mean"}
    assert found["swd_mean"] == pytest.approx((found["swd_32"] + found["swd_16"]) / 2)
    # Blurred noise differs from noise more than other noise does, above all in the finest level.
    blurred = np.stack([cv2.GaussianBlur(x, (5, 5), 2) for x in real])
    smoothed = laplacian_sliced_wasserstein(real, blurred)
    assert smoothed["swd_32"] > 1.5 * found["swd_32"]


def test_patch_distances_are_zero_on_equal_sets_symmetric_and_independent_of_order():
    real, fake = images(0), images(1)
    assert laplacian_sliced_wasserstein(real, real[::-1])["swd_mean"] == 0
    found = laplacian_sliced_wasserstein(real, fake)
    assert laplacian_sliced_wasserstein(fake[::-1], real) == found
    assert laplacian_sliced_wasserstein(real, fake, seed=1) != found
    constant = np.zeros_like(real)
    assert laplacian_sliced_wasserstein(constant, constant)["swd_mean"] == 0


def test_bad_features_are_refused():
    a = sample(0)
    with pytest.raises(UserError, match="not 40 and 30"):
        sliced_wasserstein(a, a[:30])
    with pytest.raises(UserError, match="not 0"):
        sliced_wasserstein(a, a, 0)
    for wrong in (a[:1], a[:0], a[:, :2], a * np.nan):
        with pytest.raises(UserError):
            sliced_wasserstein(a, wrong)


@pytest.mark.parametrize(
    ("real", "fake", "message"),
    [
        (images(0), images(1, 5), r"\(6, 32, 32, 3\) and \(5, 32"),
        (images(0, size=28), images(1, size=28), "28 x 28"),
        (images(0, size=8), images(1, size=8), "8 x 8"),
        (images(0)[:, :16], images(1)[:, :16], "16 x 32"),
        (images(0, 1), images(1, 1), "real set has 1;"),
        (images(0) / 1.0, images(1) * np.nan, "fake set has NaN"),
    ],
)
def test_bad_images_are_refused(real, fake, message):
    with pytest.raises(UserError, match=message):
        laplacian_sliced_wasserstein(real, fake)
