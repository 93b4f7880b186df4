import numpy as np
import pytest

from data.sources.cifar10 import open
from tfgan_kit.errors import UserError

IMAGES = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)


def record(index) -> bytes:
    # The format: label, then 1024 bytes of red, of green and of blue, each row by row.
    return bytes([index % 10]) + b"".join(IMAGES[index, :, :, c].tobytes() for c in range(3))


def write_all(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(5):
        (folder / f"data_batch_{k + 1}.bin").write_bytes(record(2 * k) + record(2 * k + 1))
    (folder / "test_batch.bin").write_bytes(record(3))


@pytest.mark.parametrize(
    "place", ["", "cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin"]
)
def test_images_and_labels(tmp_path, place):
    write_all(tmp_path / place)
    source = open("", data_dir=str(tmp_path), split="train")
    assert (len(source), source.shape) == (10, (32, 32, 3))
    for i in range(10):
        np.testing.assert_array_equal(source.example(i)[0], IMAGES[i])
        assert source.example(i)[1] == i
    assert (source.classes[3], source.classes[9]) == ("cat", "truck")
    test = open("", data_dir=str(tmp_path), split="test")
    np.testing.assert_array_equal(test.example(0)[0], IMAGES[3])


def test_missing_batch_is_named(tmp_path):
    write_all(tmp_path / "cifar10")
    (tmp_path / "cifar10" / "data_batch_4.bin").unlink()
    with pytest.raises(
        UserError, match=r"cifar10 lacks data_batch_4\.bin; `main.py data get cifar10`"
    ):
        open("", data_dir=str(tmp_path), split="train")


def test_pickled_version_is_not_read(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(b"\x80\x03")
    with pytest.raises(UserError, match="Python version is pickled and is not read"):
        open("", data_dir=str(tmp_path), split="train")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 bytes"),
        (record(0)[:-1], "truncated"),
        (b"\x0a" + record(0)[1:], "label 10"),
    ],
)
def test_damaged_batch_is_one_line(tmp_path, content, reason):
    write_all(tmp_path)
    (tmp_path / "data_batch_2.bin").write_bytes(content)
    with pytest.raises(UserError, match=rf"data_batch_2\.bin: .*{reason}") as error:
        open("", data_dir=str(tmp_path), split="train")
    assert "\n" not in str(error.value)


def test_a_folder_in_place_of_a_batch(tmp_path):
    write_all(tmp_path)
    (tmp_path / "test_batch.bin").unlink()
    (tmp_path / "test_batch.bin").mkdir()
    with pytest.raises(UserError, match=r"test_batch\.bin: cannot be read"):
        open("", data_dir=str(tmp_path), split="test")
