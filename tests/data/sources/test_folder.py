import os

import pytest
from PIL import Image

from data.folders import listing
from data.reading import image_files
from data.source import BadExample
from data.sources.folder import open
from tfgan_kit.errors import UserError


def save(path, value=0, size=(4, 5), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value if mode == "L" else (value,) * 3).save(path, "PNG")


def values(source):
    return [int(source.example(i)[0].max()) for i in range(len(source))]


def names(source):
    return [os.path.basename(source.where(i)) for i in range(len(source))]


def test_flat_folder_is_unlabelled_and_sorted(tmp_path):
    # Written out of order, so that the order of the file system is not that of the names.
    for value, name in ((3, "c.png"), (1, "a.PNG"), (2, "b.Jpeg")):
        save(tmp_path / name, value)
    save(tmp_path / ".hidden.png", 9)
    save(tmp_path / ".thumbnails" / "x.png", 9)
    (tmp_path / "notes.txt").write_text("notes")
    source = open(str(tmp_path), data_dir=None, split="train")
    assert (len(source), source.shape, source.classes) == (3, (5, 4, 3), ())
    assert (values(source), source.example(0)[1]) == ([1, 2, 3], -1)
    assert source.where(1) == str(tmp_path / "b.Jpeg")
    assert source.mixed is None
    assert source.labels().tolist() == [-1, -1, -1]


def test_order_does_not_depend_on_the_file_system(tmp_path, monkeypatch):
    for k in range(5):
        save(tmp_path / f"{k}" / "x.png", k)
    walk = listing._walk
    monkeypatch.setattr(listing, "_walk", lambda *a: reversed(list(walk(*a))))
    assert values(open(str(tmp_path), data_dir=None, split="train")) == [0, 1, 2, 3, 4]


def test_files_of_a_folder_stay_together(tmp_path):
    # As texts, "a-b/1.png" would come before "a/1.png".
    save(tmp_path / "a-b" / "1.png", 2)
    save(tmp_path / "a" / "1.png", 1)
    source = open(str(tmp_path), data_dir=None, split="train")
    assert (values(source), source.labels().tolist()) == ([1, 2], [0, 1])


def test_class_folders_of_any_depth(tmp_path):
    save(tmp_path / "dog" / "1.png", 30)
    save(tmp_path / "cat" / "deep" / "er" / "1.png", 20)
    save(tmp_path / "cat" / "1.png", 10)
    source = open(tmp_path.name, data_dir=str(tmp_path.parent), split="train")
    assert source.classes == ("cat", "dog")
    assert [source.example(i)[1] for i in range(3)] == [0, 0, 1]
    assert values(source) == [10, 20, 30]
    with pytest.raises(UserError, match="has no split 'test'; it has: train"):
        open(str(tmp_path), data_dir=None, split="test")


def test_split_folders_share_their_classes(tmp_path):
    for k, name in enumerate(("ant", "bee", "cow")):
        save(tmp_path / "train" / name / "1.png", k)
    save(tmp_path / "val" / "cow" / "1.png", 9)
    assert len(open(str(tmp_path), data_dir=None, split="train")) == 3
    source = open(str(tmp_path), data_dir=None, split="test")
    assert (values(source), source.classes) == ([9], ("ant", "bee", "cow"))
    assert source.example(0)[1] == 2


@pytest.mark.parametrize("part", ["", "train"])
def test_a_class_without_a_file_is_refused(part, tmp_path):
    root = tmp_path / part
    for k, name in enumerate(("ant", "bee")):
        save(root / name / "1.png", k)
    (root / "cow").mkdir()
    with pytest.raises(UserError, match="cow: the folder is empty; put images into it or remove"):
        open(str(tmp_path), data_dir=None, split="train")
    # A folder of other files is none of a class.
    (root / "cow" / "notes.txt").write_text("")
    assert open(str(tmp_path), data_dir=None, split="train").classes == ("ant", "bee")


def test_a_class_of_which_no_image_is_held_out(tmp_path):
    for k, name in enumerate(("ant", "bee")):
        save(tmp_path / "train" / name / "1.png", k)
    save(tmp_path / "test" / "ant" / "1.png", 2)
    (tmp_path / "test" / "bee").mkdir()
    assert len(open(str(tmp_path), data_dir=None, split="train")) == 2
    assert open(str(tmp_path), data_dir=None, split="test").classes == ("ant", "bee")


def test_images_beside_class_folders_are_refused(tmp_path):
    save(tmp_path / "cat" / "1.png")
    save(tmp_path / "stray.png")
    with pytest.raises(UserError, match=r"holds images \(stray\.png\) beside .* \(cat\)"):
        open(str(tmp_path), data_dir=None, split="train")


def test_differing_sizes_are_told(tmp_path):
    save(tmp_path / "a.png", size=(4, 5))
    save(tmp_path / "b.png", size=(8, 9), mode="L")
    source = open(str(tmp_path), data_dir=None, split="train")
    assert source.shape is None
    assert source.channels == 3
    assert source.mixed == f"{tmp_path}/a.png is 4x5 and {tmp_path}/b.png is 8x9"


@pytest.mark.parametrize(("modes", "channels"), [("L", 1), (("L", "RGB"), 3), (("RGB",), 3)])
def test_channels_are_three_if_any_image_has_colour(tmp_path, modes, channels):
    for k, mode in enumerate(modes):
        save(tmp_path / f"{k}.png", 7, mode=mode)
    source = open(str(tmp_path), data_dir=None, split="train")
    assert source.shape == (5, 4, channels)
    for i in range(len(source)):
        image, _ = source.example(i)
        assert image.shape == source.shape
        assert (image == 7).all()


def test_only_a_sample_of_the_headers_is_read(tmp_path, monkeypatch):
    for k in range(12):
        save(tmp_path / f"{k:02d}.png")
    seen = []
    monkeypatch.setattr(image_files, "_SURVEY", 4)
    monkeypatch.setattr(image_files, "header", lambda path: seen.append(path) or (4, 4, 1, False))
    source = open(str(tmp_path), data_dir=None, split="train")
    assert (len(source), len(seen)) == (12, 4)
    assert [os.path.basename(path) for path in seen] == ["00.png", "03.png", "07.png", "11.png"]


def test_bad_files_are_found_when_read(tmp_path):
    save(tmp_path / "a.png", 1)
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:50])
    (tmp_path / "c.png").write_bytes(b"")
    (tmp_path / "d.png").symlink_to(tmp_path / "nowhere.png")
    source = open(str(tmp_path), data_dir=None, split="train")
    assert (len(source), source.shape) == (4, (5, 4, 3))
    assert source.example(0)[0].shape == (5, 4, 3)
    for index, name in ((1, "b.png"), (2, "c.png: the file is empty"), (3, "d.png")):
        with pytest.raises(BadExample, match=name):
            source.example(index)


def test_nothing_but_bad_files_is_refused_at_once(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no image")
    with pytest.raises(UserError, match=r"none of its files can be read, starting with .*a\.png"):
        open(str(tmp_path), data_dir=None, split="train")


def test_links_that_lead_back_are_followed_once(tmp_path):
    save(tmp_path / "cat" / "1.png")
    (tmp_path / "cat" / "again").symlink_to(tmp_path)
    assert names(open(str(tmp_path), data_dir=None, split="train")) == ["1.png"]


def test_folders_without_images_say_what_they_hold(tmp_path):
    with pytest.raises(UserError, match="is empty; put images into it"):
        open(str(tmp_path), data_dir=None, split="train")
    for name in ("a.txt", "b.TXT", "c.zip", "LICENSE"):
        (tmp_path / name).write_text("x")
    with pytest.raises(UserError, match=r"no images in it, only 2 \.txt, .*1 \.zip") as error:
        open(str(tmp_path), data_dir=None, split="train")
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_or_nothing_is_not_a_folder(tmp_path):
    save(tmp_path / "a.png")
    with pytest.raises(UserError, match=r"a\.png is a file, not a folder; give the folder"):
        open(str(tmp_path / "a.png"), data_dir=None, split="train")
    with pytest.raises(UserError, match="there is no"):
        open(str(tmp_path / "b"), data_dir=None, split="train")
