"""Walks: straight lines and great circles."""

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.latent.walks import default_path, lerp, opposite, slerp, walks


def pairs(count=50, size=16):
    return np.random.default_rng(0).normal(size=(2, count, size)).astype(np.float32)


def by_hand(a, b, t):
    """The formula, in numpy, of two vectors."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    u, v = a / lengths[0], b / lengths[1]
    o = np.arccos(u @ v)
    point = (np.sin((1 - t) * o) * u + np.sin(t * o) * v) / np.sin(o)
    return point * ((1 - t) * lengths[0] + t * lengths[1])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.85])
def test_paths_are_their_formulas(share):
    a, b = pairs()
    expected = [by_hand(x, y, share) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(slerp(a, b, share), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(lerp(a, b, share), (1 - share) * a + share * b, rtol=1e-5, atol=1e-6)
    shares = np.random.default_rng(1).uniform(size=(len(a), 1))
    expected = [by_hand(x, y, t) for x, y, t in zip(a, b, shares[:, 0], strict=True)]
    np.testing.assert_allclose(slerp(a, b, shares), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("path", [lerp, slerp])
def test_the_ends_are_exact(path):
    a, b = pairs()
    np.testing.assert_array_equal(path(a, b, 0), a)
    np.testing.assert_array_equal(path(a, b, 1), b)


def test_slerp_keeps_the_norm_and_is_symmetric():
    a, b = pairs()
    b *= np.linalg.norm(a, axis=1, keepdims=True) / np.linalg.norm(b, axis=1, keepdims=True)
    for share in (0.2, 0.5, 0.9):
        made = slerp(a, b, share)
        np.testing.assert_allclose(np.linalg.norm(made, axis=1), np.linalg.norm(a, axis=1), 1e-5)
        np.testing.assert_allclose(made, slerp(b, a, 1 - share), atol=1e-5)
    # The straight line does not.
    middle = np.linalg.norm(lerp(a, b, 0.5), axis=1)
    assert (middle < 0.95 * np.linalg.norm(a, axis=1)).all()


def test_slerp_of_nearly_the_same_latents_is_a_straight_line():
    a, _ = pairs()
    b = a * (1 + 1e-6)
    np.testing.assert_array_equal(slerp(a, b, 0.3), lerp(a, b, 0.3))
    np.testing.assert_array_equal(slerp(0 * a, a, 0.5), a / 2)


def test_opposite_latents():
    a, b = pairs()
    assert not opposite(a, b).any()
    assert opposite(a, -2 * a).all()
    angles = np.pi - np.array([0.5e-3, 2e-3])
    turned = np.stack([np.cos(angles), np.sin(angles)], 1)
    np.testing.assert_array_equal(opposite(np.array([[1.0, 0.0]] * 2), turned), [True, False])


def test_walks_join_their_ends():
    a, b = pairs(3)
    whole = walks(a, b, 5, "slerp").reshape(3, 5, -1)
    assert whole.dtype == np.float32
    np.testing.assert_array_equal(whole[:, 0], a)
    np.testing.assert_array_equal(whole[:, -1], b)
    np.testing.assert_allclose(whole[:, 1], slerp(a, b, 0.25), atol=1e-6)
    open_ended = walks(a, b, 5, "lerp", endpoint=False).reshape(3, 5, -1)
    np.testing.assert_allclose(open_ended[:, 4], lerp(a, b, 0.8), atol=1e-6)
    styles = np.random.default_rng(2).normal(size=(2, 1, 4, 3)).astype(np.float32)
    assert walks(*styles, 2, "lerp").shape == (2, 4, 3)


def test_opposite_ends_are_named():
    a, b = pairs(3)
    b[1] = -a[1]
    named = [("one", "two"), ("three", "four"), ("five", "six")]
    with pytest.raises(UserError, match=r"three and four are opposite .* --path lerp"):
        walks(a, b, 4, "slerp", names=named)
    assert len(walks(a, b, 4, "lerp", names=named)) == 12


def test_latents_without_a_sphere_go_straight():
    assert default_path("normal", 2) == "slerp"
    assert default_path("normal", 1) == default_path("uniform", 8) == "lerp"
