"""Tiles of large images."""

import numpy as np
import pytest

from tfgan_kit.translation.tiles import in_tiles, starts


@pytest.mark.parametrize(
    ("length", "tile", "overlap"), [(8, 8, 0), (100, 32, 8), (65, 64, 63), (33, 16, 0)]
)
def test_tiles_cover_a_side_and_overlap(length, tile, overlap):
    found = starts(length, tile, overlap)
    assert found[0] == 0
    assert found[-1] == length - tile
    gaps = np.diff(found)
    assert (gaps > 0).all()
    assert (gaps <= tile - overlap).all()


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("size", [(40, 50), (8, 50), (40, 16)])
def test_a_translation_of_each_pixel_by_itself_has_no_seams(size, scale):
    image = np.random.default_rng(0).uniform(-1, 1, (1, *size, 3)).astype(np.float32)
    seen = []

    def run(part):
        seen.append(part["input"].shape[1:3])
        return -part["input"].repeat(scale, 1).repeat(scale, 2)

    made = in_tiles(run, {"input": image}, 16, 4)
    np.testing.assert_allclose(made, -image.repeat(scale, 1).repeat(scale, 2), atol=1e-6)
    assert set(seen) == {(min(16, size[0]), min(16, size[1]))}


def test_tiles_that_disagree_are_blended_step_by_step():
    values = iter([0.0, 1.0])
    made = in_tiles(
        lambda part: np.full_like(part["input"], next(values)),
        {"input": np.zeros((1, 8, 28, 1), np.float32)},
        16,
        4,
    )
    row = made[0, 0, :, 0]
    np.testing.assert_allclose(row[:12], 0)
    np.testing.assert_allclose(row[12:16], [0.2, 0.4, 0.6, 0.8], atol=1e-6)
    np.testing.assert_allclose(row[16:], 1)
