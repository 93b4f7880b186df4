import numpy as np
import pytest
from PIL import Image

from data.reading.open import open_source
from data.sources.labels import open
from tfgan_kit.errors import UserError


def write(folder, table, files=("a.png", "b.png", "sub/c.png")):
    for number, file in enumerate(files):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((6, 4, 3), 40 * number, np.uint8)).save(folder / file)
    if table is not None:
        (folder / "labels.csv").write_text(table)
    return folder


@pytest.mark.parametrize("no", ["0", "-1"])
def test_images_have_the_attributes_of_the_table(tmp_path, no):
    write(tmp_path, f"file,x, y\nsub/c.png,1,{no}\n\na.png,{no},\nb.png,1,1\n")
    source = open(str(tmp_path), data_dir=None, split="train")
    assert (source.classes, source.label_shape, len(source)) == (("x", "y"), (2,), 3)
    assert source.labels().tolist() == [[1, 0], [0, -1], [1, 1]]
    image, label = source.example(0)
    assert (image[0, 0, 0], label.tolist()) == (80, [1, 0])
    reader = open_source(f"labels:{tmp_path}")
    assert reader.fields["label"].kind == "attributes"
    np.testing.assert_array_equal(reader.read(np.array([2, 0]))["label"], [[1, 1], [1, 0]])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((), "2 images are not in labels.csv and left out: a.png, sub/c.png"),
        (
            ("d.png", "e.png"),
            "4 images are not in labels.csv and left out: a.png, d.png, e.png, ...",
        ),
    ],
)
def test_images_that_are_not_in_the_table_are_counted_and_named(more, told, tmp_path):
    write(tmp_path, "file,x\nb.png,1\n", ("a.png", "b.png", "sub/c.png", *more))
    source = open(str(tmp_path), data_dir=None, split="train")
    assert len(source) == 1
    assert source.notes == (f"{tmp_path}: {told}",)


def test_splits_have_tables_of_their_own(tmp_path):
    write(tmp_path / "train", "file,x\na.png,1\nb.png,0\n")
    write(tmp_path / "test", "file,x\nsub/c.png,0\n")
    found = [open(str(tmp_path), data_dir=None, split=split) for split in ("train", "test")]
    assert [source.labels().tolist() for source in found] == [[[1], [0]], [[0]]]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (None, "there is no labels.csv in it, nor in a folder train or test"),
        ("", "line 1 must be file and the names"),
        ("name,x\na.png,1\n", "line 1 must be file and the names"),
        ("file\na.png\n", "line 1 must be file and the names"),
        ("file,x,x\na.png,1,1\n", "has the attribute x twice"),
        ("file,x\n", "has no line for any image"),
        ("file,x,y\na.png,1\n", r"line 2 \(a.png\) has 2 values, but line 1 has 3 names"),
        ("file,x\na.png,1\na.png,0\n", "has two lines for a.png"),
        ("file,x\na.png,2\n", "a.png has '2' for x; give 1, and 0 or -1"),
        ("file,x\na.png,yes\n", "a.png has 'yes' for x"),
        ("file,x\na.png,0\nb.png,-1\n", "has both 0 and -1"),
        (
            "file,x\na.png,1\np,1\nq,1\nr,1\ns,1\n",
            "4 of its 5 files do not exist beside it: p, q, r, ...; correct",
        ),
    ],
)
def test_bad_tables(tmp_path, table, message):
    write(tmp_path, table)
    with pytest.raises(UserError, match=message):
        open(str(tmp_path), data_dir=None, split="train")


def test_a_split_that_does_not_exist(tmp_path):
    write(tmp_path, "file,x\na.png,1\n")
    with pytest.raises(UserError, match="test"):
        open(str(tmp_path), data_dir=None, split="test")
