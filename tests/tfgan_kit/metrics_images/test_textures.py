import numpy as np
import pytest

from data.drawn.pairs.textures import drawn_texture, render
from tfgan_kit.metrics.images.textures import WINDOW, texture_distance


def gram(image, where):
    """Window by window."""
    total, count = 0, 0
    for y, x in np.ndindex(*(length - WINDOW + 1 for length in image.shape[:2])):
        if where[y : y + WINDOW, x : x + WINDOW].all():
            v = image[y : y + WINDOW, x : x + WINDOW].ravel() / 255
            total, count = total + np.outer(v, v), count + 1
    return total / count


def test_against_its_definition():
    rng = np.random.default_rng(0)
    images, textures = (rng.integers(0, 256, (2, 9, 12, 3)).astype(np.uint8) for _ in range(2))
    shapes = np.zeros((2, 9, 12, 1), np.uint8)
    shapes[:, 1:8, 2:10], shapes[1, 4, 9] = 1, 0
    expected = []
    for image, texture, shape in zip(images, textures, shapes[..., 0], strict=True):
        given = gram(texture, np.ones_like(shape))
        difference = gram(image, shape) - given
        expected.append(np.sqrt((difference**2).sum() / (given**2).sum()))
    np.testing.assert_allclose(texture_distance(images, textures, shapes), expected, rtol=1e-9)


def test_a_shape_without_room_for_a_window_has_no_distance():
    image = np.zeros((2, 8, 8, 3), np.uint8)
    shapes = np.zeros((2, 8, 8, 1), np.uint8)
    shapes[0, :4], shapes[1] = 1, 1
    found = texture_distance(image, image + 9, shapes)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(1)


def test_another_part_of_a_texture_is_nearer_than_any_other_texture():
    rng = np.random.default_rng(1)
    drawn = [drawn_texture(rng, "test") for _ in range(12)]
    textures = np.stack([render(texture, 64) for texture in drawn])
    shapes = np.zeros((12, 64, 64, 1), np.uint8)
    shapes[:, 20:48, 16:40] = 1
    moved = np.stack([render(t._replace(phases=(0.3, 0.7)), 64) for t in drawn])
    own = texture_distance(moved, textures, shapes)
    for k in range(1, 12):
        assert (own < texture_distance(moved, np.roll(textures, k, 0), shapes)).all()
