import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.settings import names
from tfgan_kit.terms.diffaugment import diff_augment

ALL = ("color", "translation", "cutout")
SEED = [5, 6]


def images(batch=16, height=16, width=24, channels=3):
    return np.random.default_rng(0).uniform(0.1, 1, (batch, height, width, channels)).astype("f")


def test_every_name_is_implemented():
    for name in names.DIFFAUGMENT:
        assert not np.allclose(diff_augment(images(), (name,), SEED), images())


def test_no_policy_changes_nothing():
    np.testing.assert_array_equal(diff_augment(images(), (), SEED), images())


@pytest.mark.parametrize("channels", [1, 3, 5])
def test_same_seed_same_result_other_seed_other_result(channels):
    x = images(channels=channels)
    first = diff_augment(x, ALL, SEED)
    assert first.shape == x.shape
    np.testing.assert_array_equal(first, diff_augment(x, ALL, SEED))
    assert not np.allclose(first, diff_augment(x, ALL, [5, 7]))


def test_color_is_affine_per_image():
    """Gray images have no saturation: what is left is x -> contrast (x - mean) + mean + offset."""
    x = images(batch=200, channels=1)
    y = diff_augment(x, ("color",), SEED).numpy()
    mean = x.mean(axis=(1, 2, 3))
    offset = y.mean(axis=(1, 2, 3)) - mean
    contrast = (y[:, 0, 0, 0] - y[:, 1, 1, 0]) / (x[:, 0, 0, 0] - x[:, 1, 1, 0])
    expected = (x - mean[:, None, None, None]) * contrast[:, None, None, None]
    expected += (mean + offset)[:, None, None, None]
    np.testing.assert_allclose(y, expected, atol=1e-3)
    for draws, low, high in ((offset, -0.5, 0.5), (contrast, 0.5, 1.5)):
        assert low - 1e-3 <= draws.min() < low + 0.1
        assert high - 0.1 < draws.max() <= high + 1e-3


def test_saturation_scales_the_distance_to_gray():
    x = images(batch=200)
    y = diff_augment(x, ("color",), SEED).numpy()
    # Of a pixel's channels a, b, c the ratio (a - b) / (b - c) survives every part of the policy.
    np.testing.assert_allclose(
        (y[..., 0] - y[..., 1]) * (x[..., 1] - x[..., 2]),
        (x[..., 0] - x[..., 1]) * (y[..., 1] - y[..., 2]),
        atol=1e-4,
    )
    spread = (y[..., 0] - y[..., 1])[:, 0, 0] / (x[..., 0] - x[..., 1])[:, 0, 0]
    assert spread.min() < 0.2
    assert spread.max() > 2.0


def test_translation_moves_whole_images_and_fills_with_zeros():
    x = images(batch=200, height=16, width=24)
    y = diff_augment(x, ("translation",), SEED).numpy()
    found = set()
    for before, after in zip(x, y, strict=True):
        padded = np.pad(before, ((2, 2), (3, 3), (0, 0)))
        shifts = [
            (dy, dx)
            for dy in range(5)
            for dx in range(7)
            if np.array_equal(padded[dy : dy + 16, dx : dx + 24], after)
        ]
        assert len(shifts) == 1
        found.update(shifts)
    assert {dy for dy, _ in found} == set(range(5))
    assert {dx for _, dx in found} == set(range(7))


@pytest.mark.parametrize(("height", "width"), [(16, 24), (5, 7)])
def test_cutout_removes_one_rectangle(height, width):
    x = images(batch=300, height=height, width=width)
    y = diff_augment(x, ("cutout",), SEED).numpy()
    hole = y == 0
    np.testing.assert_array_equal(y, np.where(hole, 0, x))
    rows, columns = hole.all(axis=3).any(axis=2), hole.all(axis=3).any(axis=1)
    np.testing.assert_array_equal(hole.all(axis=3), rows[:, :, None] & columns[:, None, :])
    # Centres reach the border, where a part of the rectangle falls outside.
    for lines, size in ((rows, height), (columns, width)):
        counts = lines.sum(axis=1)
        full = int(size * 0.5 + 0.5)
        assert counts.max() == full
        assert counts.min() in (full // 2, full - full // 2)
        assert lines.any(axis=0).all()
        assert (np.diff(lines.astype(int), axis=1, prepend=0) == 1).sum(axis=1).max() == 1


def test_draws_do_not_depend_on_the_rest_of_the_policy():
    x = images()
    moved = diff_augment(x, ("translation",), SEED)
    np.testing.assert_array_equal(
        diff_augment(x, ("translation", "cutout"), SEED), diff_augment(moved, ("cutout",), SEED)
    )


def gradient(policy, x, seed):
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.reduce_sum(tf.square(diff_augment(x, policy, seed)))
    return tape.gradient(value, x)


# XLA draws other floats from the same seed, but the same integers.
@pytest.mark.parametrize(("policy", "jit"), [(ALL, False), (("translation", "cutout"), True)])
def test_gradients_agree_when_compiled(policy, jit):
    x, seed = tf.constant(images()), tf.constant(SEED)
    expected = gradient(policy, x, seed)
    assert np.abs(expected).max(axis=(1, 2, 3)).min() > 0
    actual = tf.function(gradient, jit_compile=jit)(policy, x, seed)
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-3)


def test_xla_compiles_the_gradient_of_all_policies():
    x, seed = tf.constant(images()), tf.constant(SEED)
    compiled = tf.function(gradient, jit_compile=True)
    first = compiled(ALL, x, seed)
    assert np.isfinite(first).all()
    assert np.abs(first).max(axis=(1, 2, 3)).min() > 0
    np.testing.assert_array_equal(first, compiled(ALL, x, seed))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_kept(dtype):
    y = diff_augment(tf.cast(images(), dtype), ALL, SEED)
    assert y.dtype == dtype
    np.testing.assert_allclose(tf.cast(y, "float32"), diff_augment(images(), ALL, SEED), atol=0.05)


def test_an_unknown_name_is_one_line_with_a_suggestion():
    with pytest.raises(UserError, match=r"did you mean 'color'\?"):
        diff_augment(images(), ("colour",), SEED)
