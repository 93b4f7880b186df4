import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from data.sources.idx import open, read
from tfgan_kit.errors import UserError

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 5, 4), dtype=np.uint8)
LABELS = np.array([3, 1, 4, 1, 5, 9], np.uint8)


def idx(array, kind=8) -> bytes:
    return (
        struct.pack(">HBB", 0, kind, array.ndim)
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )


def write_set(folder, style="-", end=".gz", prefix="train", images=IMAGES, labels=LABELS):
    folder.mkdir(parents=True, exist_ok=True)
    pack = gzip.compress if end else bytes
    (folder / f"{prefix}-images{style}idx3-ubyte{end}").write_bytes(pack(idx(images)))
    (folder / f"{prefix}-labels{style}idx1-ubyte{end}").write_bytes(pack(idx(labels)))


@pytest.mark.parametrize("style", ["-", "."])
@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("place", ["", "mnist"])
def test_names_compression_and_places(tmp_path, style, end, place):
    write_set(tmp_path / place, style, end)
    write_set(tmp_path / place, style, end, "t10k", IMAGES[:2], LABELS[:2])
    source = open("mnist", data_dir=str(tmp_path), split="train")
    assert (source.name, source.shape, len(source)) == ("mnist", (5, 4, 1), 6)
    image, label = source.example(4)
    np.testing.assert_array_equal(image[..., 0], IMAGES[4])
    assert label == 5
    assert len(open("mnist", data_dir=str(tmp_path), split="test")) == 2


def test_class_names(tmp_path):
    write_set(tmp_path)
    classes = open("fashion_mnist", data_dir=str(tmp_path), split="train").classes
    assert (len(classes), classes[0], classes[9]) == (10, "T-shirt/top", "Ankle boot")
    assert open("kmnist", data_dir=str(tmp_path), split="train").classes[9] == "wo"


def test_emnist_is_turned_upright_and_counted_from_zero(tmp_path):
    labels = np.array([1, 2, 26, 1, 1, 1], np.uint8)
    write_set(tmp_path / "emnist", prefix="emnist-letters-test", labels=labels)
    source = open("emnist_letters", data_dir=str(tmp_path), split="test")
    image, label = source.example(2)
    np.testing.assert_array_equal(image[..., 0], IMAGES[2].T)
    assert source.classes[label] == "Z"


def test_gzip_under_a_plain_name(tmp_path):
    # Browsers unpack on the way but keep the name, and the other way round.
    (tmp_path / "a.gz").write_bytes(idx(IMAGES))
    (tmp_path / "b").write_bytes(gzip.compress(idx(IMAGES)))
    np.testing.assert_array_equal(read(tmp_path / "a.gz"), IMAGES)
    np.testing.assert_array_equal(read(tmp_path / "b"), IMAGES)


def test_one_file_with_and_without_labels(tmp_path):
    write_set(tmp_path, prefix="mine")
    path = tmp_path / "mine-images-idx3-ubyte.gz"
    source = open(str(path), data_dir=None, split="train")
    assert (source.name, source.example(2)[1]) == ("mine-images-idx3-ubyte", 4)
    with pytest.raises(UserError, match="no split 'test'"):
        open(str(path), data_dir=None, split="test")
    (tmp_path / "mine-labels-idx1-ubyte.gz").unlink()
    source = open(path.name, data_dir=str(tmp_path), split="train")
    assert (source.classes, source.example(2)[1]) == ((), -1)
    (tmp_path / "flat").write_bytes(idx(LABELS))
    with pytest.raises(UserError, match="holds no images"):
        open(str(tmp_path / "flat"), data_dir=None, split="train")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX file"),
        (b"hello world", "not an IDX file"),
        (idx(IMAGES, kind=13), "type 0x0d"),
        (idx(IMAGES)[:9], "truncated within its header"),
        (idx(IMAGES)[:-1], "truncated"),
        (idx(IMAGES) + b"x", "longer than its header says"),
        (gzip.compress(idx(IMAGES), mtime=0)[:-20], "fetch it again"),
        (gzip.compress(idx(IMAGES), mtime=0)[:30] + b"\xff" * 30, "fetch it again"),
        (b"\x1f\x8b", "fetch it again"),
    ],
    ids=range(9),
)
def test_damaged_files_are_one_line(tmp_path, content, reason):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as error:
        read(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_counts_must_match(tmp_path):
    write_set(tmp_path, labels=LABELS[:5])
    with pytest.raises(UserError, match=r"has 6 images but .*labels.* 5 labels"):
        open("mnist", data_dir=str(tmp_path), split="train")


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(UserError, match=r"pass --data-dir"):
        open("mnist", data_dir=None, split="train")
    with pytest.raises(UserError, match=r"nowhere does not exist"):
        open("mnist", data_dir=str(tmp_path / "nowhere"), split="train")
    with pytest.raises(UserError, match=r"train-images-idx3-ubyte\.gz, .* not found in") as error:
        open("mnist", data_dir=str(tmp_path), split="train")
    assert str(tmp_path) in str(error.value)
    write_set(tmp_path / "mnist")
    (tmp_path / "mnist" / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(UserError, match=r"mnist lacks train-labels-idx1-ubyte\.gz"):
        open("mnist", data_dir=str(tmp_path), split="train")
    with pytest.raises(UserError, match=r"no split 'tset'; did you mean 'test'"):
        open("mnist", data_dir=str(tmp_path), split="tset")
    with pytest.raises(UserError, match=r"there is no mnits or"):
        open("mnits", data_dir=str(tmp_path), split="train")


@pytest.mark.skipif(
    not Path(os.environ.get("TFGAN_KIT_DATA", "none"), "mnist").is_dir(),
    reason="TFGAN_KIT_DATA names no folder with mnist",
)
def test_mnist_as_published():
    data_dir = os.environ["TFGAN_KIT_DATA"]
    train = open("mnist", data_dir=data_dir, split="train")
    assert (len(train), train.shape) == (60000, (28, 28, 1))
    # The published statistics of the training images: mean 0.1307, deviation 0.3081.
    assert abs(train.images.mean() / 255 - 0.1307) < 1e-4
    assert abs(train.images.std() / 255 - 0.3081) < 1e-4
    assert np.bincount(train.labels()).tolist()[:3] == [5923, 6742, 5958]
    assert len(open("mnist", data_dir=data_dir, split="test")) == 10000
