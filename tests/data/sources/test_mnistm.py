import cv2
import numpy as np
import pytest

from data.drawn import textures
from data.reading import transforms
from data.reading.open import open_source
from data.sources.mnistm import MNISTM, open
from tests.data.sources.test_idx import write_set
from tfgan_kit.errors import UserError

DIGITS = np.random.default_rng(1).integers(0, 256, (40, 28, 28), dtype=np.uint8)
LABELS = np.arange(40, dtype=np.uint8) % 10


@pytest.fixture
def root(tmp_path):
    write_set(tmp_path / "mnist", images=DIGITS, labels=LABELS)
    write_set(tmp_path / "mnist", prefix="t10k", images=DIGITS, labels=LABELS)
    return tmp_path


def photograph(folder, name="0.png", height=48, width=40, seed=0):
    folder.mkdir(parents=True, exist_ok=True)
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    cv2.imwrite(str(folder / name), image[..., ::-1])
    return image


def images(root, split="train"):
    return open_source("mnistm", data_dir=str(root), split=split).read(np.arange(40))["image"]


def fitted(index):
    return transforms.fit(DIGITS[index][..., None], (32, 32), 3).astype(int)


def is_blend(got, digit, image):
    """Whether `got` is |crop - digit| for one of all the crops of the image."""
    rows, columns = image.shape[0] - 31, image.shape[1] - 31
    crops = (image[y : y + 32, x : x + 32] for y in range(rows) for x in range(columns))
    return any((np.abs(crop.astype(int) - digit) == got).all() for crop in crops)


def test_digits_are_blended_into_crops_of_the_photographs(root):
    pictures = [photograph(root / "mnistm-photos", f"{k}.png", seed=k) for k in range(2)]
    source = open("", data_dir=str(root), split="train")
    assert (source.name, len(source), source.shape) == ("mnistm", 40, (32, 32, 3))
    assert source.classes == tuple("0123456789")
    used = []
    for index in range(8):
        got, label = source.example(index)
        assert label == LABELS[index]
        used.append([is_blend(got, fitted(index), picture) for picture in pictures])
    assert (np.sum(used, axis=1) == 1).all()
    assert np.any(used, axis=0).all()
    np.testing.assert_array_equal(source.labels(), LABELS)


def test_an_example_depends_on_its_index_and_split_alone(root):
    photograph(root / "mnistm-photos")
    first = images(root)
    np.testing.assert_array_equal(first, images(root))
    source = open("", data_dir=str(root), split="train")
    np.testing.assert_array_equal(source.example(11)[0], first[11])
    assert (first != images(root, "test")).any(axis=(1, 2, 3)).mean() > 0.8


def test_the_photographs_of_the_berkeley_set(root):
    inside = root / "BSR" / "BSDS500" / "data" / "images" / "train"
    picture = photograph(inside)
    photograph(root / "BSR" / "documentation", "small.png", height=9)
    source = open("", data_dir=str(root), split="train")
    assert source.name == "mnistm"
    assert is_blend(source.example(0)[0], fitted(0), picture)


def test_without_photographs_it_says_that_textures_are_drawn(root):
    reader = open_source("mnistm", data_dir=str(root))
    assert reader.name == "mnistm-procedural"
    assert open_source("mnistm-edge", data_dir=str(root)).name == "mnistm-procedural-edge"
    got = reader.read(np.array([3]))["image"][0]
    assert any(is_blend(got, fitted(3), texture) for texture in textures.textures())


def test_textures_are_many_and_have_contrast_and_colour():
    bank = textures.textures()
    assert len(bank) == textures.COUNT
    assert all(texture.shape == (96, 96, 3) and texture.dtype == np.uint8 for texture in bank)
    assert len({texture.tobytes() for texture in bank}) == len(bank)
    means = np.array([texture.mean(axis=(0, 1)) for texture in bank])
    assert means.std(axis=0).min() > 20
    assert min(texture.std() for texture in bank) > 10


def test_gray_photographs_serve_too(root):
    (root / "mnistm-photos").mkdir()
    cv2.imwrite(str(root / "mnistm-photos" / "0.png"), np.full((32, 32), 90, np.uint8))
    got = MNISTM.example(open("", data_dir=str(root), split="train"), 0)[0]
    np.testing.assert_array_equal(got, np.abs(90 - fitted(0)))


def test_what_is_wrong_with_the_photographs(root):
    folder = root / "mnistm-photos"
    photograph(folder, height=31)
    with pytest.raises(UserError, match=r"0\.png is 40x31; .* need 32x32"):
        open("", data_dir=str(root), split="train")


def test_a_damaged_photograph(root):
    folder = root / "mnistm-photos"
    photograph(folder)
    (folder / "1.png").write_bytes(b"x")
    with pytest.raises(UserError, match=r"1\.png: "):
        open("", data_dir=str(root), split="train")
