import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.resize import PROTOCOLS, resize

RNG = np.random.default_rng(0)
SIZES = [((28, 28), (299, 299)), ((64, 48), (31, 75)), ((7, 130), (16, 11)), ((5, 1), (3, 4))]


def images(height, width, channels=3):
    return RNG.integers(0, 256, (2, height, width, channels), np.uint8)


def pillow(batch, size):
    def channel(values):
        image = Image.fromarray(values.astype(np.float32))
        return np.asarray(image.resize(size[::-1], Image.Resampling.BICUBIC)).clip(0, 255)

    channels = range(batch.shape[-1])
    return np.stack([np.stack([channel(i[..., c]) for c in channels], -1) for i in batch])


def tensorflow_kernel(batch, size, **alignment):
    images = tf.constant(batch, tf.float32)
    return tf.raw_ops.ResizeBilinear(images=images, size=size, **alignment).numpy()


REFERENCES = {
    "clean": pillow,
    "legacy-tf1": tensorflow_kernel,
    "legacy-half-pixel": lambda *a: tensorflow_kernel(*a, half_pixel_centers=True),
    "legacy-corners": lambda *a: tensorflow_kernel(*a, align_corners=True),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("before", "after"), SIZES)
def test_each_protocol_is_what_it_is_named_after(protocol, before, after):
    batch = images(*before)
    actual = resize(batch, after, protocol)
    assert actual.dtype == np.float32
    assert actual.shape == (2, *after, 3)
    np.testing.assert_allclose(actual, REFERENCES[protocol](batch, after), rtol=0, atol=2e-3)


def test_the_protocols_differ():
    batch = images(28, 28)
    results = [resize(batch, (50, 50), protocol) for protocol in PROTOCOLS]
    for i, result in enumerate(results):
        for other in results[:i]:
            assert np.abs(result - other).max() > 1


def test_only_clean_filters_before_it_makes_smaller():
    stripes = np.zeros((1, 64, 64, 1), np.uint8)
    stripes[:, ::2] = 255
    assert np.ptp(resize(stripes, (16, 64), "clean")[0, 2:-2]) < 10
    assert np.ptp(resize(stripes, (16, 64), "legacy-tf1")) == 0  # All rows are white ones.
    assert resize(stripes, (16, 64), "legacy-tf1").max() == 255


@settings(max_examples=40, deadline=None)
@given(
    before=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    after=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    protocol=st.sampled_from(list(PROTOCOLS)),
    value=st.integers(0, 255),
)
def test_constant_images_stay_constant(before, after, protocol, value):
    batch = np.full((1, *before, 1), value, np.uint8)
    np.testing.assert_allclose(resize(batch, after, protocol), value, atol=1e-3)


def test_the_wanted_size_passes_and_values_stay_in_range():
    batch = images(9, 8, 1)
    for protocol in PROTOCOLS:
        np.testing.assert_array_equal(resize(batch, (9, 8), protocol), batch)
        result = resize(images(9, 8), (90, 80), protocol)
        assert result.min() >= 0
        assert result.max() <= 255


def test_an_unknown_protocol():
    with pytest.raises(UserError, match="called 'legacy'; did you mean 'legacy-"):
        resize(images(2, 2), (4, 4), "legacy")
