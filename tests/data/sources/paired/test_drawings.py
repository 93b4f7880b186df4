"""Sketches, textures and sides: images, outlines and shapes that belong together."""

import numpy as np
import pytest

from data.reading.open import open_source
from data.reading.values import Values
from data.sources.paired.outlines import boundaries, edges
from data.sources.paired.texture import covering
from tests.data.sources.paired.files import noise, write
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field

COUNT, SIDES = 4, (24, 32)


def shape(k):
    mask = np.zeros(SIDES, np.uint8)
    mask[4 : 12 + k, 6 : 20 + k] = 255
    return mask


def picture(k):
    return np.stack([shape(k), shape(k), np.full(SIDES, 60, np.uint8)], -1)


@pytest.fixture
def root(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "images" / f"{k}.png", picture(k))
        write(tmp_path / "segments" / f"{k}.png", shape(k))
    return tmp_path


def test_a_sketch_has_its_drawn_edges(root):
    for k in range(COUNT):
        write(root / "edges" / f"{k}.png", noise(k, *SIDES))
    reader = open_source(f"sketch:{root}")
    kinds = {name: (field.kind, field.shape) for name, field in reader.fields.items()}
    assert kinds == {
        "input": ("image", (*SIDES, 1)),
        "target": ("image", (*SIDES, 3)),
        "segments": ("mask", (*SIDES, 1)),
    }
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        np.testing.assert_array_equal(batch["input"][k, ..., 0], noise(k, *SIDES))
        np.testing.assert_array_equal(batch["target"][k], picture(k))
        np.testing.assert_array_equal(batch["segments"][k, ..., 0] * 255, shape(k))


def near_the_border(mask, most):
    """Pixels at most that far from the border of a shape, in each direction."""
    ids = np.pad(mask, most, "edge")
    height, width = mask.shape
    steps = range(2 * most + 1)
    shifted = [ids[y : y + height, x : x + width] for y in steps for x in steps]
    return np.min(shifted, axis=0) != np.max(shifted, axis=0)


def test_without_drawn_edges_they_are_found(root):
    got = open_source(f"sketch:{root}").read(np.arange(COUNT))["input"]
    for k in range(COUNT):
        lines = got[k, ..., 0]
        assert set(np.unique(lines)) == {0, 255}
        assert (lines[~near_the_border(shape(k), 2)] == 255).all()
        # A closed line: as many pixels as the border is long, but for its corners.
        rows, columns = 8 + k, 14 + k
        assert abs((lines == 0).sum() - 2 * (rows + columns)) <= 8


def test_edges_are_those_of_8_bits_whatever_the_depth():
    gray = np.repeat(np.repeat(noise(0, 6, 8), 8, 0), 8, 1)[..., None]
    eight = edges(gray, image_field(gray.shape))
    assert set(np.unique(eight)) == {0, 255}
    deep = image_field(gray.shape, "uint16", (0, 65535))
    np.testing.assert_array_equal(edges(gray.astype(np.uint16) * 257, deep), eight)
    unit = image_field(gray.shape, "float32", (0.0, 1.0))
    np.testing.assert_array_equal(edges((gray / 255).astype(np.float32), unit), eight)
    colour = np.repeat(gray, 3, axis=2)
    np.testing.assert_array_equal(edges(colour, image_field(colour.shape)), eight)
    many = np.repeat(gray, 5, axis=2)
    np.testing.assert_array_equal(edges(many, image_field(many.shape)), eight)
    assert (edges(np.full((9, 9, 1), 80, np.uint8), image_field((9, 9, 1))) == 255).all()


def test_edges_of_images_of_any_size(root):
    write(root / "images" / "9.png", noise(0, 40, 50, 3))
    write(root / "segments" / "9.png", np.repeat([[0, 255]], 40, 0).repeat(25, 1).astype(np.uint8))
    batch = open_source(f"sketch:{root}", image_size=16).read(np.arange(COUNT + 1))
    assert batch["input"].shape == (COUNT + 1, 16, 16, 1)


def test_depth_is_kept(root):
    for k in range(COUNT):
        write(root / "images" / f"{k}.png", noise(k, *SIDES, 3, dtype=np.uint16))
    batch = open_source(f"sketch:{root}", values=Values("keep")).read(np.arange(COUNT))
    np.testing.assert_array_equal(batch["target"][2], noise(2, *SIDES, 3, dtype=np.uint16))
    assert batch["input"].dtype == np.uint8


@pytest.mark.parametrize("splits", [False, True])
def test_textures_have_any_size_and_lie_beside_splits(root, splits):
    textures = [noise(7, 10, 90, 3), noise(8, 60, 70, 3), noise(9, *SIDES, 3)]
    for k, pixels in enumerate(textures):
        write(root / "textures" / f"any {k}.png", pixels)
    if splits:
        for folder in ("images", "segments"):
            (root / "train").mkdir(exist_ok=True)
            (root / folder).rename(root / "train" / folder)
    reader = open_source(f"texture:{root}")
    assert list(reader.fields) == ["input", "target", "segments", "texture"]
    assert not reader.notes
    batch = reader.read(np.arange(COUNT))
    np.testing.assert_array_equal(batch["target"][1], picture(1))
    found = set()
    for k in range(COUNT):
        one = [is_window(batch["texture"][k], texture) for texture in textures]
        assert sum(one) == 1
        found.add(one.index(True))
    assert len(found) > 1
    again = open_source(f"texture:{root}").read(np.arange(COUNT))["texture"]
    np.testing.assert_array_equal(again, batch["texture"])


def is_window(window, texture):
    """Whether a window shows a texture, or what its mirrors at the lower and right ends do."""
    whole = np.concatenate([texture, texture[::-1], texture], axis=0)
    whole = np.concatenate([whole, whole[:, ::-1]], axis=1)
    height, width = window.shape[:2]
    views = np.lib.stride_tricks.sliding_window_view(whole, (height, width), axis=(0, 1))
    return any(
        np.array_equal(views[y, x], window.transpose(2, 0, 1))
        for y, x in zip(*np.nonzero((views[..., 0, 0] == window[0, 0]).all(-1)), strict=True)
    )


def test_windows_of_a_texture_come_from_all_of_it():
    texture = np.arange(30, dtype=np.uint8).reshape(5, 6, 1)
    rng = np.random.default_rng(0)
    corners = {int(covering(texture, (3, 4), rng)[0, 0, 0]) for _ in range(200)}
    assert corners == {6 * y + x for y in range(3) for x in range(3)}


def test_a_texture_set_needs_segments(root):
    for file in (root / "segments").iterdir():
        file.unlink()
    (root / "segments").rmdir()
    with pytest.raises(UserError, match="no folder segments in it; a set texture:PATH has images/"):
        open_source(f"texture:{root}")
    assert list(open_source(f"sketch:{root}").fields) == ["input", "target"]


def test_a_bad_texture_is_named(root):
    (root / "textures").mkdir()
    (root / "textures" / "a.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"textures/a\.png: not an image"):
        open_source(f"texture:{root}")


@pytest.fixture
def both_sides(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "left" / f"{k}.png", picture(k))
        write(tmp_path / "right" / f"{k}.png", picture(k)[:, ::-1])
    return tmp_path


def test_sides(both_sides):
    reader = open_source(f"sides:{both_sides}")
    assert list(reader.fields) == ["input", "reference", "target"]
    batch = reader.read(np.arange(COUNT))
    np.testing.assert_array_equal(batch["reference"], batch["target"][:, :, ::-1])
    np.testing.assert_array_equal(batch["input"][0], edges(picture(0), image_field((*SIDES, 3))))
    for k in range(COUNT):
        write(both_sides / "parts" / f"{k}.png", shape(k) // 85)
    reader = open_source(f"sides:{both_sides}")
    assert reader.fields["parts"].names == ("0", "1", "2", "3")
    batch = reader.read(np.arange(COUNT))
    np.testing.assert_array_equal(batch["parts"], np.stack([shape(k) for k in range(COUNT)]) // 85)
    np.testing.assert_array_equal(batch["input"][1], boundaries(shape(1)))
    for k in range(COUNT):
        write(both_sides / "edges" / f"{k}.png", noise(k, *SIDES))
    batch = open_source(f"sides:{both_sides}").read(np.arange(COUNT))
    np.testing.assert_array_equal(batch["input"][2, ..., 0], noise(2, *SIDES))


def test_boundaries_are_where_one_of_four_neighbours_differs():
    ids = np.random.default_rng(0).integers(0, 3, (9, 11))
    wanted = np.full((9, 11, 1), 255, np.uint8)
    for y in range(9):
        for x in range(11):
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                inside = 0 <= y + dy < 9 and 0 <= x + dx < 11
                if inside and ids[y + dy, x + dx] != ids[y, x]:
                    wanted[y, x] = 0
    np.testing.assert_array_equal(boundaries(ids), wanted)


def test_a_side_without_partner_is_named(both_sides):
    (both_sides / "right" / "2.png").unlink()
    with pytest.raises(UserError, match=r"left/2\.png has no partner in \S+right; add 2\.\*"):
        open_source(f"sides:{both_sides}")
