"""The protocols of LPIPS, on a network that is simple enough to be done by hand."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.lpips_network import LpipsNetwork
from tfgan_kit.metrics.images.lpips import (
    PROTOCOLS,
    lpips,
    lpips_diversity,
    lpips_to_real,
    protocol,
)

HEADS = (np.array([0.5, 2.0, 1.0], np.float32), np.array([3.0, 0.0, 0.25], np.float32))
NETWORK = LpipsNetwork(
    name="two maps",
    maps=lambda x: [x + 1.5, tf.nn.relu(tf.nn.avg_pool2d(x, 2, 2, "VALID") + 0.8)],
    heads=HEADS,
    smallest=2,
    digest="0" * 64,
)


def reference(a, b):
    """LPIPS of one pair, with the maps and heads above."""
    total = 0.0
    for level, head in enumerate(HEADS):
        units = []
        for image in (a, b):
            x = image.astype(float) / 127.5 - 1
            if level:
                x = (x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) / 4 + 0.8
            else:
                x = x + 1.5
            units.append(x / (np.sqrt((x**2).sum(-1, keepdims=True)) + 1e-10))
        total += ((units[0] - units[1]) ** 2 @ head).mean()
    return total


def test_pairs():
    a, b = smooth(20), smooth(20, seed=1)
    expected = [reference(x, y) for x, y in zip(a, b, strict=True)]
    assert min(expected) > 0.01
    np.testing.assert_allclose(lpips(NETWORK, a, b), expected, rtol=1e-5)


def test_invariants():
    a, b = smooth(11), smooth(11, seed=1)
    values = lpips(NETWORK, a, b)
    np.testing.assert_allclose(lpips(NETWORK, b, a), values, rtol=1e-6)
    order = np.random.default_rng(0).permutation(11)
    np.testing.assert_allclose(lpips(NETWORK, a[order], b[order]), values[order], rtol=1e-6)
    np.testing.assert_array_equal(lpips(NETWORK, a, a), 0)
    levels = [lpips(NETWORK, a, noisy(a, level)).mean() for level in (2, 10, 40)]
    assert levels == sorted(levels)
    np.testing.assert_allclose(lpips(NETWORK, a / 127.5 - 1, b), values, rtol=1e-6)


def test_gray_beside_colour():
    gray, colour = smooth(channels=1), smooth(seed=1)
    expected = lpips(NETWORK, np.repeat(gray, 3, -1), colour)
    np.testing.assert_array_equal(lpips(NETWORK, gray, colour), expected)


def test_generated_against_real():
    generated, real = smooth(7), smooth(3, seed=1)
    values = lpips_to_real(NETWORK, generated, real)
    table = np.array([[reference(x, y) for y in real] for x in generated])
    chosen = np.abs(table - values[:, None]).argmin(1)
    np.testing.assert_allclose(values, table[np.arange(7), chosen], rtol=1e-5)
    assert sorted(np.bincount(chosen)) == [2, 2, 3]  # In turns, none twice before all were once.
    np.testing.assert_array_equal(lpips_to_real(NETWORK, generated, real), values)
    others = [lpips_to_real(NETWORK, generated, real, seed) for seed in range(1, 5)]
    assert any((other != values).any() for other in others)


@pytest.mark.parametrize("k", [2, 5, 9])
def test_diversity_is_the_mean_of_all_pairs(k):
    outputs = smooth(3 * k, 8, 8).reshape(3, k, 8, 8, 3)
    expected = [
        np.mean([reference(a, b) for a, b in itertools.combinations(images, 2)])
        for images in outputs
    ]
    np.testing.assert_allclose(lpips_diversity(NETWORK, outputs), expected, rtol=1e-5)
    same = np.repeat(outputs[:, :1], k, 1)
    np.testing.assert_allclose(lpips_diversity(NETWORK, same), 0, atol=1e-10)


def test_bad_input():
    with pytest.raises(UserError, match="not 2x24x24x3 and 3x24x24x3; resize them"):
        lpips(NETWORK, smooth(), smooth(3))
    with pytest.raises(UserError, match="two maps needs images of at least 2x2, these are 1x24"):
        lpips(NETWORK, smooth()[:, :1], smooth()[:, :1])
    with pytest.raises(UserError, match="not 2x1x24x24x3; draw several latents"):
        lpips_diversity(NETWORK, smooth()[:, None])
    with pytest.raises(UserError, match="not 2x24x24x3; draw several"):
        lpips_diversity(NETWORK, smooth())


def test_the_protocol_names_the_network():
    for which, words in PROTOCOLS.items():
        assert words in protocol(NETWORK, which)
        assert "two maps, weights 000000000000" in protocol(NETWORK, which)
