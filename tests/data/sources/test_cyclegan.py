import shutil

import numpy as np
import pytest
from PIL import Image

from data.sources.cyclegan import open
from tfgan_kit.errors import UserError


@pytest.fixture
def root(tmp_path):
    for k, part in enumerate(("trainA", "trainB", "testA", "testB")):
        folder = tmp_path / "horse2zebra" / part
        folder.mkdir(parents=True)
        for i in range(k + 1):
            Image.fromarray(np.full((6, 6, 3), 50 * k, np.uint8)).save(folder / f"{i}.png")
    return tmp_path


@pytest.mark.parametrize(
    ("domain", "split", "k"),
    [("a", "train", 0), ("b", "train", 1), ("A", "test", 2), ("b", "test", 3)],
)
def test_each_domain_and_split(root, domain, split, k):
    source = open(domain, data_dir=str(root / "horse2zebra"), split=split)
    assert (len(source), source.shape, source.classes) == (k + 1, (6, 6, 3), ())
    assert source.name == f"horse2zebra-{domain.lower()}"
    image, label = source.example(k)
    assert (image.max(), label) == (50 * k, -1)


def test_set_named_in_the_argument(root):
    assert len(open("horse2zebra/b", data_dir=str(root), split="train")) == 2
    assert len(open(f"{root}/horse2zebra/b", data_dir=None, split="test")) == 4


@pytest.mark.parametrize("argument", ["", "c", "horse2zebra"])
def test_only_two_domains(root, argument):
    with pytest.raises(UserError, match="has the domains a and b"):
        open(argument, data_dir=str(root), split="train")


def test_missing_folder_is_one_line(root):
    (root / "horse2zebra" / "trainB").rename(root / "horse2zebra" / "train_B")
    with pytest.raises(UserError, match="no folder trainB; did you mean 'train_B'") as error:
        open("b", data_dir=str(root / "horse2zebra"), split="train")
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match="nowhere has no folder trainA"):
        open("a", data_dir=str(root / "nowhere"), split="train")
    with pytest.raises(UserError, match=r"no zebra2horse or .*; put the set's folder there, with"):
        open("zebra2horse/a", data_dir=str(root), split="train")
    with pytest.raises(UserError, match="pass --data-dir"):
        open("a", data_dir=None, split="train")
    with pytest.raises(UserError, match="no split 'val'"):
        open("a", data_dir=str(root / "horse2zebra"), split="val")


def test_folder_without_images(root):
    for file in (root / "horse2zebra" / "trainA").iterdir():
        file.unlink()
    with pytest.raises(UserError, match="trainA: the folder is empty"):
        open("a", data_dir=str(root / "horse2zebra"), split="train")


def test_a_file_that_is_also_held_out_is_told(root):
    folder = root / "horse2zebra"
    assert open("b", data_dir=str(folder), split="train").notes == ()
    shutil.copy(folder / "trainB" / "1.png", folder / "testB" / "1.png")
    (note,) = open("b", data_dir=str(folder), split="train").notes
    assert note.startswith(f"{folder / 'testB' / '1.png'} is also in {folder / 'trainB'}, as are 0")
    assert open("b", data_dir=str(folder), split="test").notes == ()
    assert open("a", data_dir=str(folder), split="train").notes == ()
