"""`superres:PATH`: large images, and small versions of them from files."""

import cv2
import numpy as np
import pytest

from data.reading.open import open_source
from tfgan_kit.errors import UserError
from tfgan_kit.settings.size import Size


def write(folder, names, size, seed=0):
    rng = np.random.default_rng(seed)
    found = {}
    folder.mkdir(parents=True)
    for name in names:
        found[name] = rng.integers(0, 256, (*size, 3), np.uint8)
        cv2.imwrite(str(folder / f"{name}.png"), found[name][..., ::-1])
    return list(found.values())


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "HR", ("a", "b"), (32, 48))
    return tmp_path


def test_small_images_are_repeated_to_the_size_of_the_large_ones(folder):
    small = write(folder / "LR_x4", ("ax4", "bx4"), (8, 12), seed=1)
    half = write(folder / "LR_x2", ("a", "b"), (16, 24), seed=2)
    source = open_source(f"superres:{folder}")
    assert list(source.fields) == ["image", "small_x2", "small_x4"]
    assert {n: f.repeats for n, f in source.fields.items()} == {
        "image": 1,
        "small_x2": 2,
        "small_x4": 4,
    }
    read = source.read(np.arange(2))
    for name, images, side in (("small_x2", half, 2), ("small_x4", small, 4)):
        assert read[name].shape == (2, 32, 48, 3)
        for row, image in zip(read[name], images, strict=True):
            np.testing.assert_array_equal(row, np.kron(image, np.ones((side, side, 1), np.uint8)))


def test_without_small_images_it_is_a_folder_of_images(folder):
    assert list(open_source(f"superres:{folder}").fields) == ["image"]


@pytest.mark.parametrize(
    ("names", "size", "message"),
    [
        (("a",), (8, 12), "has no partner"),
        (("a", "b"), (8, 8), "not 4 times as large"),
        (("a", "b"), (32, 48), "not 4 times as large"),
    ],
)
def test_small_images_that_do_not_belong(folder, names, size, message):
    write(folder / "LR_x4", names, size)
    with pytest.raises(UserError, match=message):
        open_source(f"superres:{folder}")


def test_one_small_image_of_another_size(folder):
    write(folder / "LR_x4", ("a",), (8, 12))
    write(folder / "more", ("b",), (9, 12))
    (folder / "more/b.png").rename(folder / "LR_x4/b.png")
    with pytest.raises(UserError, match="need one size: cut them into tiles"):
        open_source(f"superres:{folder}")


def test_they_are_never_scaled(folder):
    write(folder / "LR_x4", ("a", "b"), (8, 12))
    assert open_source(f"superres:{folder}", image_size=(32, 48)).image_shape == (32, 48, 3)
    with pytest.raises(UserError, match=f"give --image-size {Size(32, 48)}"):
        open_source(f"superres:{folder}", image_size=16)


def test_a_folder_without_large_images(tmp_path):
    write(tmp_path / "LR_x4", ("a",), (8, 8))
    with pytest.raises(UserError, match="no folder HR in it"):
        open_source(f"superres:{tmp_path}")
