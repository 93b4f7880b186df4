from pathlib import Path

import numpy as np
import pytest

from data.sources.npz import open
from tfgan_kit.errors import UserError

TRAIN = np.random.default_rng(0).integers(0, 256, (6, 5, 4), dtype=np.uint8)
TEST = TRAIN[:2]


def save(path, **arrays) -> str:
    np.savez(path, **arrays)
    return str(path)


@pytest.mark.parametrize(
    ("image_key", "label_key"),
    [
        ("{}_images", "{}_labels"),
        ("images_{}", "labels_{}"),
        ("x_{}", "y_{}"),
        ("X_{}", "Y_{}"),
    ],
)
def test_split_by_the_names_of_the_arrays(tmp_path, image_key, label_key):
    path = save(
        tmp_path / "a.npz",
        **{
            image_key.format("train"): TRAIN,
            label_key.format("train"): np.arange(6),
            image_key.format("test"): TEST,
            label_key.format("test"): np.array([[1], [0]]),
        },
    )
    train = open(path, data_dir=None, split="train")
    assert (len(train), train.shape, train.name) == (6, (5, 4, 1), "a")
    np.testing.assert_array_equal(train.example(5)[0][..., 0], TRAIN[5])
    assert train.example(5)[1] == 5
    test = open("a.npz", data_dir=str(tmp_path), split="test")
    assert [test.example(i)[1] for i in range(2)] == [1, 0]


@pytest.mark.parametrize("key", ["images", "x", "X"])
def test_without_splits_and_labels(tmp_path, key):
    path = save(tmp_path / "a.npz", **{key: TRAIN})
    source = open(path, data_dir=None, split="train")
    assert (len(source), source.classes, source.example(0)[1]) == (6, (), -1)
    with pytest.raises(UserError, match=r"no images for split 'test'; it holds .*; name them"):
        open(path, data_dir=None, split="test")


def test_class_names_compression_and_floats(tmp_path):
    np.savez_compressed(
        tmp_path / "a.npz", images=TRAIN / 255, labels=np.arange(6) % 2, classes=["cat", "dog"]
    )
    source = open(str(tmp_path / "a.npz"), data_dir=None, split="train")
    assert source.classes == ("cat", "dog")
    np.testing.assert_array_equal(source.images[..., 0], TRAIN)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"pictures": TRAIN}, "it holds pictures; name them x_train"),
        ({"images": np.array([{}, 1], object)}, "never unpickled"),
        ({"images": TRAIN, "labels": np.array([None] * 6, object)}, "never unpickled"),
        ({"images": TRAIN[0]}, r"a\.npz\[images\]: images of shape \(5, 4\)"),
        ({"images": TRAIN, "labels": np.arange(5)}, "6 images but 5 labels"),
        ({"images": TRAIN.astype(np.float32)}, "outside"),
        ({"images": np.full((2, 4, 4), np.nan)}, "NaN"),
        ({"images": TRAIN, "labels": np.arange(6), "classes": [1, 2]}, "must be a list of texts"),
    ],
)
def test_odd_arrays_are_one_line(tmp_path, arrays, reason):
    path = save(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=reason) as error:
        open(path, data_dir=None, split="train")
    assert path in str(error.value)
    assert "\n" not in str(error.value)


def test_files_that_are_not_npz(tmp_path):
    path = tmp_path / "a.npz"
    whole = Path(save(path, images=TRAIN)).read_bytes()
    np.save(tmp_path / "b.npy", TRAIN)
    for content, reason in (
        (b"", "cannot be read"),
        (b"some text", "not an .npz file"),
        (whole[:-30], "cannot be read"),
        (whole[:150] + b"\xff" * 20 + whole[170:], "cannot be read"),
        ((tmp_path / "b.npy").read_bytes(), "one array, not an .npz file"),
    ):
        path.write_bytes(content)
        with pytest.raises(UserError, match=reason) as error:
            open(str(path), data_dir=None, split="train")
        assert "\n" not in str(error.value)


def test_missing_file_is_suggested(tmp_path):
    save(tmp_path / "digits.npz", images=TRAIN)
    with pytest.raises(UserError, match=r"there is no .*digit\.npz; did you mean 'digits\.npz'"):
        open(str(tmp_path / "digit.npz"), data_dir=None, split="train")
    with pytest.raises(UserError, match="no path is given; write npz:PATH"):
        open("", data_dir=str(tmp_path), split="train")
    with pytest.raises(UserError, match="cannot be read"):
        open(str(tmp_path), data_dir=None, split="train")
