import numpy as np
import pytest
from PIL import Image

from data.source import BadExample
from data.sources.celeba import open
from tfgan_kit.errors import UserError

NAMES = ("Bald", "Male", "Smiling")
VALUES = np.array([[-1, 1, 1], [-1, -1, -1], [1, 1, -1], [-1, -1, 1], [-1, 1, 1]])


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "celeba"
    (folder / "img_align_celeba").mkdir(parents=True)
    lines = ["5", " ".join(NAMES) + " "]
    for i, values in enumerate(VALUES):
        image = np.full((22, 18, 3), 40 * i, np.uint8)
        Image.fromarray(image).save(folder / "img_align_celeba" / f"{i:06d}.jpg")
        # The published file pads its values to a column width.
        lines.append(f"{i:06d}.jpg " + " ".join(f"{v:2d}" for v in values))
    (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def brightness(source):
    return [round(source.example(i)[0].mean() / 40) for i in range(len(source))]


@pytest.mark.parametrize(
    ("argument", "want"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("Smiling", [0, 3, 4]),
        ("!Smiling", [1, 2]),
        ("Bald", [2]),
    ],
)
def test_attribute_selects_images(root, argument, want):
    source = open(argument, data_dir=str(root), split="train")
    assert brightness(source) == want
    assert source.shape == (22, 18, 3)
    assert source.attribute_names == NAMES
    assert source.attributes.dtype == np.int8
    np.testing.assert_array_equal(source.attributes, VALUES[want])
    assert (source.classes, source.example(0)[1]) == ((), -1)


def test_folder_given_directly_and_folder_within_itself(root):
    assert len(open("", data_dir=str(root / "celeba"), split="train")) == 5
    images = root / "celeba" / "img_align_celeba"
    images.rename(root / "celeba" / "inner")
    images.mkdir()
    (root / "celeba" / "inner").rename(images / "img_align_celeba")
    assert brightness(open("", data_dir=str(root), split="train")) == [0, 1, 2, 3, 4]


def test_partition(root):
    path = root / "celeba" / "list_eval_partition.txt"
    path.write_text("".join(f"{i:06d}.jpg {p}\n" for i, p in enumerate([0, 0, 1, 0, 2])))
    assert brightness(open("", data_dir=str(root), split="train")) == [0, 1, 3]
    assert brightness(open("", data_dir=str(root), split="validation")) == [2]
    assert brightness(open("Smiling", data_dir=str(root), split="test")) == [4]
    with pytest.raises(UserError, match="no face in split 'test' with !Smiling"):
        open("!Smiling", data_dir=str(root), split="test")
    path.write_text("000000.jpg 0\n")
    with pytest.raises(UserError, match="its images are not those"):
        open("", data_dir=str(root), split="train")


def test_without_partition_all_is_train(root):
    with pytest.raises(UserError, match=r"without .*list_eval_partition\.txt has no split 'test'"):
        open("", data_dir=str(root), split="test")


def test_unknown_attribute_is_suggested(root):
    with pytest.raises(UserError, match="no attribute 'Smilling'; did you mean 'Smiling'"):
        open("!Smilling", data_dir=str(root), split="train")


def test_missing_parts(root):
    (root / "celeba" / "img_align_celeba" / "000002.jpg").unlink()
    source = open("", data_dir=str(root), split="train")
    with pytest.raises(BadExample, match=r"000002\.jpg: the file does not exist"):
        source.example(2)
    (root / "celeba" / "list_attr_celeba.txt").unlink()
    with pytest.raises(UserError, match=r"celeba lacks list_attr_celeba\.txt; get"):
        open("", data_dir=str(root), split="train")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1 must be"),
        ("image_id,Smiling\n1,2", "line 1 must be"),
        ("2\nA B\na.jpg 1 1\n", "1 images but line 1 says 2"),
        ("2\nA B\n", "0 images but line 1 says 2"),
        ("1\nA B\na.jpg 1\n", "cannot be read"),
        ("1\nA B\na.jpg 1 x\n", "cannot be read"),
        ("1\nA B\na.jpg 1 2\n", "other than -1 and 1"),
    ],
)
def test_damaged_list_is_one_line(root, text, reason):
    path = root / "celeba" / "list_attr_celeba.txt"
    path.write_text(text)
    with pytest.raises(UserError, match=reason) as error:
        open("", data_dir=str(root), split="train")
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
