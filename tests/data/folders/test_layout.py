"""Folders that are called like splits may be classes: whoever cannot know asks."""

import pytest
from PIL import Image

from data.reading.open import open_source
from tfgan_kit.errors import UserError


def make(root, *names, count=2):
    for name in names:
        (root / name).mkdir(parents=True)
        for k in range(count):
            Image.new("RGB", (32, 32), (90 * (k + 1),) * 3).save(root / name / f"{k}.png")
    return root


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            ["bus", "car", "train"],
            "3 classes (6 images), or as the split train (2 images) without bus (2 images) and car",
        ),
        (["Control", "Test"], "2 classes (4 images), or as the split Test (2 images) without"),
        (
            ["train/a", "test/a", "extra/a"],
            "3 classes (6 images), or as the splits test (2 images) and train (2 images) without",
        ),
    ],
)
def test_two_ways_are_told_and_chosen(names, told, tmp_path):
    root = make(tmp_path / "set", *names)
    with pytest.raises(UserError) as error:
        open_source(str(root))
    assert told in str(error.value)
    assert str(error.value).endswith(f"write classes:{root} or splits:{root}")
    classes = open_source(f"classes:{root}")
    assert (len(classes), len(classes.classes)) == (2 * len(names), len(names))
    split = open_source(f"splits:{root}", split="test" if "Test" in names else "train")
    assert len(split) == 2


def test_many_others_are_counted(tmp_path):
    root = make(tmp_path, "a", "b", "c", "d", "e", "train")
    with pytest.raises(UserError, match=r"d \(2 images\) and 1 more \(2 images\); write"):
        open_source(str(root))


def test_splits_beside_no_images_are_splits(tmp_path):
    root = make(tmp_path, "train/a", "train/train", "val/a")
    (root / "annotations").mkdir()
    (root / "annotations" / "train.json").write_text("{}")
    assert open_source(str(root)).classes == ("a", "train")
    assert len(open_source(str(root), split="test")) == 2
    assert len(open_source(f"classes:{root}").classes) == 2


def test_classes_have_no_other_split(tmp_path):
    with pytest.raises(UserError, match="has no split 'test'; it has: train"):
        open_source(f"classes:{make(tmp_path, 'a', 'test')}", split="test")


def test_one_split_twice(tmp_path):
    root = make(tmp_path, "train", "Training")
    with pytest.raises(UserError, match="Training and train are both the split train; join them"):
        open_source(str(root))
    assert open_source(f"classes:{root}").classes == ("Training", "train")


def test_no_split_where_one_is_wished(tmp_path):
    with pytest.raises(UserError, match="no folder in it is called train, test or val; write"):
        open_source(f"splits:{make(tmp_path, 'a', 'b')}")


def test_a_field_may_be_called_like_a_split(tmp_path):
    assert set(open_source(f"paired:{make(tmp_path / 'a', 'input', 'test')}").fields) == {
        "input",
        "test",
    }
    reader = open_source(f"paired:{make(tmp_path / 'b', 'train/x', 'train/y', 'raw')}")
    assert set(reader.fields) == {"x", "y"}
    assert reader.notes == (f"{tmp_path / 'b'}: left out beside its splits: raw",)


def test_absolute_names_keep_the_choice(tmp_path, monkeypatch):
    from data.registry import absolute_name

    monkeypatch.chdir(make(tmp_path, "a").parent)
    assert absolute_name(f"classes:{tmp_path.name}") == f"classes:{tmp_path}"
