"""Pairs in one image each."""

import numpy as np
import pytest
from PIL import Image

from data.reading.open import open_source
from data.reading.values import Values
from tests.data.sources.paired.files import noise, write
from tfgan_kit.errors import UserError

COUNT, HEIGHT, WIDTH = 5, 12, 20  # Of the halves.


@pytest.fixture
def root(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "set" / f"{k}.png", noise(k, HEIGHT, 2 * WIDTH, 3))
    return tmp_path / "set"


def test_the_left_half_is_the_input(root):
    reader = open_source(f"aligned:{root}")
    shapes = {name: (field.kind, field.shape) for name, field in reader.fields.items()}
    assert shapes == dict.fromkeys(("input", "target"), ("image", (HEIGHT, WIDTH, 3)))
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        whole = np.concatenate([batch["input"][k], batch["target"][k]], axis=1)
        np.testing.assert_array_equal(whole, noise(k, HEIGHT, 2 * WIDTH, 3))


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_depth_and_channels_are_kept(tmp_path, dtype, channels):
    shape = (HEIGHT, 2 * WIDTH, *channels)
    pixels = noise(0, *shape, dtype=np.uint16)
    pixels = pixels if dtype == np.uint16 else (pixels / 65535).astype(np.float32)
    write(tmp_path / ("a.png" if dtype == np.uint16 else "a.npy"), pixels)
    reader = open_source(f"aligned:{tmp_path}", values=Values("keep"))
    (left,), (right,) = (reader.read(np.array([0]))[name] for name in ("input", "target"))
    assert left.dtype == right.dtype == dtype
    whole = pixels.reshape(HEIGHT, 2 * WIDTH, -1)
    np.testing.assert_array_equal(np.concatenate([left, right], axis=1), whole)


def test_an_image_is_turned_before_it_is_halved(tmp_path):
    upright = np.zeros((HEIGHT, 2 * WIDTH, 3), np.uint8)
    upright[:, WIDTH:] = 255
    lying = Image.fromarray(np.rot90(upright))
    exif = Image.Exif()
    exif[0x0112] = 6  # Turn it by 90 degrees clockwise.
    lying.save(tmp_path / "a.jpg", quality=100, exif=exif)
    batch = open_source(f"aligned:{tmp_path}").read(np.array([0]))
    assert batch["input"].shape == (1, HEIGHT, WIDTH, 3)
    assert batch["input"].max() < 10
    assert batch["target"].min() > 245


@pytest.mark.parametrize("held_out", ["test", "val"])
def test_splits(root, held_out):
    for name in ("train", held_out):
        (root / name / "deep").mkdir(parents=True)
    for k in range(COUNT):
        (root / f"{k}.png").rename(root / ("train" if k else held_out) / "deep" / f"{k}.png")
    train, test = (open_source(f"aligned:{root}", split=split) for split in ("train", "test"))
    assert (len(train), len(test)) == (COUNT - 1, 1)
    np.testing.assert_array_equal(
        test.read(np.array([0]))["input"][0], noise(0, HEIGHT, 2 * WIDTH, 3)[:, :WIDTH]
    )
    assert not train.notes


def test_one_folder_is_for_training(root):
    with pytest.raises(UserError, match=r"has no split 'test'.*it has: train"):
        open_source(f"aligned:{root}", split="test")


def test_a_file_in_train_and_test_warns(root):
    for k in range(COUNT):
        for split in ("train", "test"):
            # 0 and 1 are the same in both, and the others have only their names in common.
            seed = k if split == "train" or k < 2 else k + 100
            write(root / split / f"{k}.png", noise(seed, HEIGHT, 2 * WIDTH, 3))
        (root / f"{k}.png").unlink()
    (note,) = open_source(f"aligned:{root}").notes
    assert (
        f"{root / 'test' / '0.png'} is also in {root / 'train'}, as are 1 others of the 5" in note
    )
    assert not open_source(f"aligned:{root}", split="test").notes


def odd(root):
    for k in range(COUNT):
        write(root / f"{k}.png", noise(k, HEIGHT, 2 * WIDTH + 1, 3))


def one_odd(root):
    write(root / "2.png", noise(2, HEIGHT, 2 * WIDTH + 1, 3))


def no_images(root):
    for k in range(COUNT):
        (root / f"{k}.png").unlink()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (odd, r"0\.png: 41 pixels wide, but two halves of equal width need an even number; crop"),
        (one_odd, r"2\.png: 41 pixels wide, but two halves"),
        (no_images, "the folder is empty; put images into it"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(root, harm, message):
    harm(root)
    with pytest.raises(UserError, match=message) as error:
        open_source(f"aligned:{root}", image_size=(HEIGHT, WIDTH)).read(np.arange(COUNT))
    assert "\n" not in str(error.value)
