import numpy as np
import pytest
import scipy.io

from data.sources.svhn import open
from tfgan_kit.errors import UserError

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)


def write(path, images=IMAGES, labels=(1, 10, 9, 10), **options):
    path.parent.mkdir(exist_ok=True)
    content = {"X": images.transpose(1, 2, 3, 0), "y": np.array(labels, np.uint8)[:, None]}
    scipy.io.savemat(path, content, **options)


@pytest.mark.parametrize("place", ["", "svhn"])
def test_images_and_labels(tmp_path, place):
    write(tmp_path / place / "train_32x32.mat", do_compression=True)
    write(tmp_path / place / "test_32x32.mat", IMAGES[:1], [3])
    source = open("", data_dir=str(tmp_path), split="train")
    assert (len(source), source.shape) == (4, (32, 32, 3))
    assert [source.classes[source.example(i)[1]] for i in range(4)] == ["1", "0", "9", "0"]
    np.testing.assert_array_equal(source.example(2)[0], IMAGES[2])
    assert len(open("", data_dir=str(tmp_path), split="test")) == 1


def test_path_of_one_file(tmp_path):
    write(tmp_path / "some.mat")
    assert len(open(str(tmp_path / "some.mat"), data_dir=None, split="train")) == 4
    with pytest.raises(UserError, match="no split 'test'"):
        open(str(tmp_path / "some.mat"), data_dir=None, split="test")


def test_missing_file_and_split(tmp_path):
    with pytest.raises(UserError, match=r"train_32x32\.mat not found in .*; `main.py data get"):
        open("", data_dir=str(tmp_path), split="train")
    with pytest.raises(UserError, match="no split 'val'; it has: train, test, extra"):
        open("", data_dir=str(tmp_path), split="val")


def test_damaged_files_are_one_line(tmp_path):
    path = tmp_path / "train_32x32.mat"
    write(path, do_compression=True)
    whole = path.read_bytes()
    contents = [b"", b"text", whole[:100], whole[:300], whole[:-500]]
    contents.append(whole[:300] + b"\xff" * 50 + whole[350:])
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"train_32x32\.mat: .*fetch it again") as error:
            open("", data_dir=str(tmp_path), split="train")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"Z": 1}, "no X and y"),
        ({"X": np.zeros((2, 32, 32, 3), np.uint8), "y": [1, 2]}, "not uint8"),
        ({"X": np.zeros((32, 32, 3, 2)), "y": [1, 2]}, "not uint8"),
        ({"X": np.zeros((32, 32, 3, 2), np.uint8), "y": [1, 2, 3]}, "2 images but 3 labels"),
        ({"X": np.zeros((32, 32, 3, 2), np.uint8), "y": [1, 11]}, "labels from 1 to 11"),
    ],
)
def test_other_matlab_files_are_refused(tmp_path, content, reason):
    scipy.io.savemat(tmp_path / "train_32x32.mat", content)
    with pytest.raises(UserError, match=reason):
        open("", data_dir=str(tmp_path), split="train")
