import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.tfgan_kit.metrics_images.pictures import smooth
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.resampling import downscale, resize_bicubic

RNG = np.random.default_rng(0)


FACTORS = [((64, 64), 4), ((24, 60), 3), ((32, 16), 2), ((32, 64), 8)]
each_factor = pytest.mark.parametrize(("before", "factor"), FACTORS)


def pillow(images, factor):
    """Pillow's BICUBIC of images of one channel, bytes or floats."""
    resized = []
    for image in images[..., 0]:
        size = (image.shape[1] // factor, image.shape[0] // factor)
        resized.append(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC))
    return np.stack([np.asarray(image) for image in resized])[..., None]


@each_factor
def test_reduced_floats_are_pillows(before, factor):
    images = RNG.uniform(-1, 1, (3, *before, 1)).astype(np.float32)
    expected = pillow(images, factor).clip(-1, 1)
    np.testing.assert_allclose(downscale(images, factor), expected, rtol=0, atol=1e-5)


@each_factor
def test_reduced_bytes_are_pillows_to_a_level(before, factor):
    """Pillow rounds bytes between its two passes, too."""
    images = smooth(3, *before, channels=1)
    actual = downscale(images.astype(np.float32) / 127.5 - 1, factor).numpy()
    assert np.abs((actual + 1) * 127.5 - pillow(images, factor)).max() < 1


@pytest.mark.parametrize("size", [(16, 16), (21, 9), (100, 130), (64, 20)])
def test_any_size_is_tensorflows(size):
    images = RNG.uniform(-1, 1, (2, 64, 48, 2)).astype(np.float32)
    expected = tf.image.resize(images, size, "bicubic", antialias=True)
    actual = resize_bicubic(images, size)
    np.testing.assert_allclose(actual, tf.clip_by_value(expected, -1, 1), atol=2e-5)


def test_it_runs_under_xla_and_is_differentiable():
    images = tf.constant(RNG.uniform(-0.4, 0.4, (1, 8, 8, 1)), tf.float32)

    @tf.function(jit_compile=True)
    def both(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = tf.reduce_sum(downscale(images, 4))
        return value, tape.gradient(value, images)

    value, gradient = both(images)
    np.testing.assert_allclose(value, tf.reduce_sum(downscale(images, 4)), rtol=1e-5)
    # Four new pixels, each of them a mean of weight 1.
    np.testing.assert_allclose(tf.reduce_sum(gradient), 4, rtol=1e-5)


def test_overshoots_are_clipped_and_the_same_size_passes():
    edge = np.where(np.arange(16) < 8, -1.0, 1.0).astype(np.float32)
    images = np.broadcast_to(edge, (1, 16, 16))[..., None]
    larger = resize_bicubic(images, (32, 32)).numpy()
    assert larger.min() == -1
    assert larger.max() == 1
    np.testing.assert_array_equal(resize_bicubic(images, (16, 16)), images)


def test_a_side_that_is_no_multiple_is_refused():
    with pytest.raises(UserError, match="30x32 cannot be reduced by 4"):
        downscale(tf.zeros([1, 30, 32, 3]), 4)
