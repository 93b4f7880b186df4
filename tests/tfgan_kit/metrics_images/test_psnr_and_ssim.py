import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images import ms_ssim as ms_ssim_module
from tfgan_kit.metrics.images.ms_ssim import ms_ssim, protocol, windows
from tfgan_kit.metrics.images.psnr import psnr
from tfgan_kit.metrics.images.ssim import ssim

MEASURES = {"psnr": psnr, "ssim": ssim, "ms_ssim": ms_ssim}
BEST = {"psnr": np.inf, "ssim": 1.0, "ms_ssim": 1.0}
each = pytest.mark.parametrize("name", MEASURES)


def factors(a, b, window, sigma):
    """SSIM's luminance and contrast of one channel, window by window."""
    x = np.arange(window) - (window - 1) / 2
    weights = np.exp(-(x[:, None] ** 2 + x**2) / (2 * sigma**2))
    weights /= weights.sum()
    c1, c2 = 2.55**2, 7.65**2
    rows, columns = (n - window + 1 for n in a.shape)
    result = np.zeros((2, rows, columns))
    for i in range(rows):
        for j in range(columns):
            p, q = (x[i : i + window, j : j + window] for x in (a, b))
            mean_p, mean_q = (weights * p).sum(), (weights * q).sum()
            covariance = (weights * (p - mean_p) * (q - mean_q)).sum()
            variances = (weights * ((p - mean_p) ** 2 + (q - mean_q) ** 2)).sum()
            result[0, i, j] = (2 * mean_p * mean_q + c1) / (mean_p**2 + mean_q**2 + c1)
            result[1, i, j] = (2 * covariance + c2) / (variances + c2)
    return result


def test_psnr_is_exact():
    a = np.zeros((2, 2, 2, 1), np.uint8)
    b = a.copy()
    b[0, 0, 0] = 255
    b[1] = 1
    np.testing.assert_allclose(psnr(a, b), [10 * np.log10(4), 20 * np.log10(255)], rtol=1e-15)


def test_ssim_equals_its_definition():
    a = smooth(height=14, width=17)
    b = noisy(a, 30)
    expected = [
        np.mean(
            [
                np.prod(factors(x[..., c].astype(float), y[..., c].astype(float), 11, 1.5), 0)
                for c in range(3)
            ]
        )
        for x, y in zip(a, b, strict=True)
    ]
    np.testing.assert_allclose(ssim(a, b), expected, rtol=1e-10)


def test_ms_ssim_equals_tensorflows():
    a = smooth(height=176, width=192)
    for b in (noisy(a, 20), smooth(height=176, width=192, seed=1), 255 - a):
        expected = tf.image.ssim_multiscale(a, b, 255).numpy()
        np.testing.assert_allclose(ms_ssim(a, b), expected, atol=1e-4)


def test_ms_ssim_of_small_images_equals_its_definition():
    a = smooth(count=1, height=18, width=21, channels=1)
    b = noisy(a, 60)
    expected, p, q = 1.0, a[0, ..., 0].astype(float), b[0, ..., 0].astype(float)
    powers = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
    for scale, (window, power) in enumerate(zip((11, 9, 4, 2, 1), powers, strict=True)):
        luminance, contrast = factors(p, q, window, 1.5 * window / 11)
        term = luminance * contrast if scale == 4 else contrast
        expected *= max(term.mean(), 0) ** power
        p, q = (x[: len(x) // 2 * 2, : x.shape[1] // 2 * 2] for x in (p, q))
        p, q = ((x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) / 4 for x in (p, q))
    assert 0.3 < expected < 0.97
    np.testing.assert_allclose(ms_ssim(a, b), expected, rtol=1e-10)
    assert "11, 9, 4, 2, 1" in protocol(18, 21)


def test_the_windows_fit():
    assert windows(176, 200) == (11,) * 5
    assert windows(64, 64) == (11, 11, 11, 8, 4)
    assert len(ms_ssim_module.WEIGHTS) == 5
    assert sum(ms_ssim_module.WEIGHTS) == pytest.approx(1, abs=1e-3)


@each
def test_equal_images_have_the_best(name):
    np.testing.assert_allclose(MEASURES[name](smooth(), smooth()), BEST[name], rtol=1e-12)


@each
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), channels=st.sampled_from([1, 3]))
def test_invariants(name, seed, channels):
    """Symmetric; of each image alone; the same of bytes and of floats; falling with the noise."""
    measure, a = MEASURES[name], smooth(5, channels=channels, seed=seed)
    b = np.stack([noisy(image, 10 * i + 5, seed) for i, image in enumerate(a)])
    values = measure(a, b)
    np.testing.assert_allclose(measure(b, a), values, rtol=1e-12)
    order = np.random.default_rng(seed).permutation(5)
    np.testing.assert_allclose(measure(a[order], b[order]), values[order], rtol=1e-12)
    alone = [measure(a[i : i + 1], b[i : i + 1])[0] for i in range(5)]
    np.testing.assert_allclose(alone, values, rtol=1e-12)
    np.testing.assert_allclose(measure(a / 127.5 - 1, b), values, rtol=1e-12)
    same = np.repeat(a[:1], 5, 0)
    falling = measure(same, np.stack([noisy(a[0], 16 * 2**i, seed) for i in range(5)]))
    assert (np.diff(falling) < 0).all()


@each
def test_inverted_images_have_a_number(name):
    assert np.isfinite(MEASURES[name](smooth(), 255 - smooth())).all()


@pytest.mark.parametrize(("measure", "side"), [(ssim, 11), (ms_ssim, 16)])
def test_images_that_are_too_small(measure, side):
    images = smooth(height=side, width=side)
    assert measure(images, images) == pytest.approx(1)
    with pytest.raises(UserError, match=f"at least {side}x{side}, these are {side - 1}x{side};"):
        measure(images[:, 1:], images[:, 1:])


@each
def test_sizes_that_differ(name):
    with pytest.raises(UserError, match="resize them"):
        MEASURES[name](smooth(), smooth(height=25))
