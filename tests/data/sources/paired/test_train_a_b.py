"""Pairs in trainA and trainB."""

import numpy as np
import pytest

from data.feeds.pipeline import Pipeline
from data.reading.open import open_source
from data.reading.values import Values
from tests.data.sources.paired.files import noise, write
from tfgan_kit.errors import UserError

COUNT, SIDES = 8, (12, 20)


@pytest.fixture
def root(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "trainA" / f"{k}.png", noise(k, *SIDES))
        write(tmp_path / "trainB" / "more" / f"{k}.png", noise(100 + k, *SIDES, 3))
        (tmp_path / "trainB" / "more" / f"{k}.png").rename(tmp_path / "trainB" / f"{k}.png")
    (tmp_path / "trainB" / "more").rmdir()
    return tmp_path


def test_pairs_may_differ_in_channels(root):
    reader = open_source(f"paired:{root}")
    assert {n: f.shape for n, f in reader.fields.items()} == {
        "input": (*SIDES, 1),
        "target": (*SIDES, 3),
    }
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        np.testing.assert_array_equal(batch["input"][k, ..., 0], noise(k, *SIDES))
        np.testing.assert_array_equal(batch["target"][k], noise(100 + k, *SIDES, 3))


@pytest.mark.parametrize("held_out", ["test", "val"])
def test_splits(root, held_out):
    for side in "AB":
        write(root / f"{held_out}{side}" / "x.png", noise(ord(side), *SIDES))
    test = open_source(f"paired:{root}", split="test")
    np.testing.assert_array_equal(test.read(np.array([0]))["target"][0, ..., 0], noise(66, *SIDES))
    assert len(open_source(f"paired:{root}")) == COUNT


def test_no_test_split(root):
    with pytest.raises(UserError, match="no split 'test'"):
        open_source(f"paired:{root}", split="test")


def test_a_pair_in_train_and_test_warns(root):
    for side, seed in (("A", 3), ("B", 103)):
        write(root / f"test{side}" / "3.png", noise(seed, *SIDES))
    (note,) = open_source(f"paired:{root}").notes
    assert f"{root / 'testA' / '3.png'} is also in {root / 'trainA'}" in note


@pytest.mark.parametrize("layout", ["trainA{}", "trainA/A{}"])
def test_several_inputs_are_joined_as_channels(root, layout):
    for file in (root / "trainA").iterdir():
        file.unlink()
    (root / "trainA").rmdir()
    numbers, shapes = (1, 2, 10), ((*SIDES, 3), SIDES, (*SIDES, 3))
    for number, shape in zip(numbers, shapes, strict=True):
        for k in range(COUNT):
            write(root / layout.format(number) / f"{k}.png", noise(1000 * number + k, *shape))
    reader = open_source(f"paired:{root}")
    assert reader.fields["input"].shape == (*SIDES, 7)
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        wanted = np.dstack([noise(1000 * n + k, *s) for n, s in zip(numbers, shapes, strict=True)])
        np.testing.assert_array_equal(batch["input"][k], wanted)
    # Scaling and augmentation take any number of channels.
    reader = open_source(f"paired:{root}", image_size=(9, 10))
    moved = Pipeline(reader, batch_size=COUNT, seed=0, augment=("rotation", "crop", "color"))
    assert moved.read(np.arange(COUNT))["input"].shape == (COUNT, 9, 10, 7)


@pytest.mark.parametrize("depth", ["keep", "16"])
def test_inputs_of_different_depth_keep_what_they_hold(root, depth):
    colours, heights = noise(1, *SIDES, 3), noise(2, *SIDES, dtype=np.uint16)
    for folder in ("trainA1", "trainA2", "trainB"):
        for file in (root / folder).iterdir() if (root / folder).exists() else ():
            file.unlink()
    for file in (root / "trainA").iterdir():
        file.unlink()
    (root / "trainA").rmdir()
    write(root / "trainA1" / "a.png", colours)
    write(root / "trainA2" / "a.png", heights)
    write(root / "trainB" / "a.png", noise(3, *SIDES))
    reader = open_source(f"paired:{root}", values=Values(depth))
    got = reader.read(np.array([0]))["input"][0]
    if depth == "16":
        np.testing.assert_array_equal(got[..., :3], colours.astype(np.uint16) * 257)
        np.testing.assert_array_equal(got[..., 3], heights)
        return
    assert got.dtype == np.float32
    np.testing.assert_allclose(got[..., :3], colours / 255, atol=1e-7)
    np.testing.assert_allclose(got[..., 3], heights / 65535, atol=1e-7)


def several_alone(root):
    for k in (0, 1, 2, 3, 4, 6):
        (root / "trainB" / f"{k}.png").unlink()
    (root / "trainA" / "7.png").unlink()


def one_alone(root):
    (root / "trainB" / "3.png").unlink()


def empty_side(root):
    for file in (root / "trainB").iterdir():
        file.unlink()


def no_side(root):
    empty_side(root)
    (root / "trainB").rmdir()


def numbered_and_not(root):
    write(root / "trainA1" / "0.png", noise(0, *SIDES))


def other_size(root):
    for file in (root / "trainB").iterdir():
        write(file, noise(0, 7, 9))


def one_of_other_size(root):
    write(root / "trainB" / "3.png", noise(0, 7, 9))


def inputs_of_other_size(root):
    (root / "trainA").rename(root / "trainA1")
    for k in range(COUNT):
        write(root / "trainA2" / f"{k}.png", noise(0, 7, 9))


def one_input_of_other_size(root):
    (root / "trainA").rename(root / "trainA1")
    for k in range(COUNT):
        write(root / "trainA2" / f"{k}.png", noise(0, *((7, 9) if k == 3 else SIDES)))


def twice(root):
    write(root / "trainA" / "3.bmp", noise(0, *SIDES))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (
            several_alone,
            r"7 files have no partner: \S+trainA/0\.png \(not in trainB\), .*1\.png.*2\.png.*3\.png"
            r".*4\.png \(not in trainB\) and 2 more; add the missing ones, or remove these",
        ),
        (one_alone, r"trainA/3\.png has no partner in \S+trainB; add 3\.\*, or remove the file"),
        (empty_side, "trainB: the folder is empty; put images into it"),
        (no_side, "no folder trainB beside trainA; put the partners into it"),
        (numbered_and_not, "trainA with and without numbers; number all folders"),
        (
            other_size,
            r"differ in size \(\S+trainA/0\.png is 20x12 and \S+trainB/0\.png is 9x7\); scale",
        ),
        (one_of_other_size, r"3\.png: its fields differ in size \(input 12x20, target 7x9\)"),
        (
            inputs_of_other_size,
            r"differ in size \(\S+trainA1/0\.png is 20x12 and \S+trainA2/0\.png",
        ),
        (one_input_of_other_size, r"trainA1/3\.png is 20x12 and \S+trainA2/3\.png is 9x7; scale"),
        (twice, r"trainA: both 3\.bmp and 3\.png are called 3; rename or remove one"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(root, harm, message):
    harm(root)
    with pytest.raises(UserError, match=message) as error:
        open_source(f"paired:{root}", image_size=SIDES).read(np.arange(COUNT))
    assert "\n" not in str(error.value)


def test_without_the_colon_the_two_readings_are_named(root):
    with pytest.raises(UserError, match=r"write \S+:a or \S+:b, or paired:\S+ where files of one"):
        open_source(str(root))
