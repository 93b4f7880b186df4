import cv2
import numpy as np
import pytest

from data.reading.depths import decode_depth
from data.sources.modalities.folders import open
from tests.data.sources.modalities.files import write
from tfgan_kit.errors import UserError


def opened(root, split="train"):
    return open(str(root), data_dir=None, split=split)


def depths_of(root, group="2"):
    return [decode_depth(path) for path in sorted((root / "train" / group / "depth").iterdir())]


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_groups_have_their_modalities(tmp_path, dtype):
    root = write(tmp_path, depth=dtype)
    groups = opened(root).groups
    assert {name: tuple(g.fields) for name, g in groups.items()} == {
        "1": ("rgb", "segmentation"),
        "2": ("rgb", "depth"),
    }
    labels, depth = groups["1"].fields["segmentation"], groups["2"].fields["depth"]
    assert labels.names == ("0", "1", "2", "ignore")
    assert (depth.kind, depth.dtype, depth.shape) == ("depth", dtype, (16, 16, 1))
    known = np.concatenate([values[values > 0] for values in depths_of(root)])
    assert depth.range == (0, pytest.approx(known.mean(), rel=1e-5))
    example = groups["1"].read(0)
    assert (example["segmentation"][0] == 3).all()
    np.testing.assert_array_equal(groups["2"].read(1)["depth"], depths_of(root)[1])


def test_held_out_groups_have_the_classes_and_the_scale_of_training(tmp_path):
    root = write(tmp_path)
    (root / "segmentation.txt").write_text("ground\nwall\nsky\ndoor\n")
    trained, tested = opened(root), opened(root, "test")
    (group,) = tested.groups.values()
    assert group.fields["segmentation"].names == ("ground", "wall", "sky", "door", "ignore")
    assert group.fields["depth"] == trained.groups["2"].fields["depth"]


def test_a_modality_that_training_lacks_has_no_scale(tmp_path):
    root = write(tmp_path, {"1": ("rgb", "segmentation")})
    with pytest.raises(UserError, match="all depth: is not in train"):
        opened(root, "test")


def test_an_image_that_training_lacks_is_learned_by_no_network(tmp_path):
    root = write(tmp_path, tested={"all": ("rgb", "nir")})
    with pytest.raises(UserError, match="all nir: is not in train, so no network learns it"):
        opened(root, "test")


@pytest.mark.parametrize("split", ["train", "test"])
def test_classes_are_those_of_all_splits(tmp_path, split):
    root = write(tmp_path)
    held = root / "test" / "all" / "segmentation" / "2.png"
    cv2.imwrite(str(held), np.full((16, 16), 6, np.uint8))
    group = next(iter(opened(root, split).groups.values()))
    assert group.fields["segmentation"].names == (*map(str, range(7)), "ignore")


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("labels", "segmentation"),
        ("seg", "segmentation"),
        ("masks", "segmentation"),
        ("depths", "depth"),
    ],
)
def test_label_maps_and_depths_of_other_names_are_no_images(tmp_path, name, right):
    root = write(tmp_path)
    (root / "train" / "1" / "segmentation").rename(root / "train" / "1" / name)
    with pytest.raises(UserError, match=f"1/{name}: .*call the folder {right} for"):
        opened(root)


def test_what_is_left_out_or_repeated_is_noted(tmp_path):
    root = write(tmp_path)
    (root / "drafts").mkdir()
    (root / "train" / "empty").mkdir()
    (root / "test" / "all" / "rgb" / "3.png").write_bytes(
        (root / "train" / "2" / "rgb" / "3.png").read_bytes()
    )
    groups = opened(root).groups.values()
    notes = [note for group in groups for note in group.notes]
    assert len(notes) == 3
    assert "left out beside its splits: drafts" in notes[0]
    assert "left out beside its groups: empty" in notes[1]
    assert notes[2].startswith(f"{root / 'test' / 'all' / 'rgb' / '3.png'} is also in ")


def test_files_without_partner_are_named(tmp_path):
    root = write(tmp_path, count=8)
    for number in range(7):
        (root / "train" / "1" / "rgb" / f"{number}.png").unlink()
    with pytest.raises(UserError) as error:
        opened(root)
    assert str(error.value).startswith("7 files have no partner: ")
    assert "1/segmentation/4.png (not in rgb) and 2 more" in str(error.value)


def test_a_label_beyond_the_classes_is_named(tmp_path):
    root = write(tmp_path)
    (root / "segmentation.txt").write_text("ground\nwall\n")
    with pytest.raises(UserError, match=r"0.png: label 2, but .* in segmentation.txt"):
        opened(root).groups["1"].read(0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.full((16, 16), -1, np.float32), "depths are finite and not negative"),
        (np.full((16, 16), np.nan, np.float32), "depths are finite and not negative"),
        (np.zeros((16, 16), np.float32), "has no depth at all"),
        (np.ones((16, 16, 2), np.float32), "2 channels"),
    ],
)
def test_what_is_no_depth_is_one_line(tmp_path, values, said):
    root = write(tmp_path, depth="float32")
    np.save(root / "train" / "2" / "depth" / "0.npy", values)
    with pytest.raises(UserError, match=said):
        opened(root).groups["2"].read(0)


def test_bytes_are_no_depths(tmp_path):
    root = write(tmp_path)
    for path in (root / "train" / "2" / "depth").iterdir():
        cv2.imwrite(str(path), np.ones((16, 16), np.uint8))
    with pytest.raises(UserError, match="depths are stored as 16-bit PNG"):
        opened(root)


@pytest.mark.parametrize("name", ["rgb_left", "RGB", "ir"])
def test_names_of_modalities_are_words(tmp_path, name):
    root = write(tmp_path)
    (root / "train" / "1" / "rgb").rename(root / "train" / "1" / name)
    with pytest.raises(UserError, match=f"1/{name}: the name of a modality"):
        opened(root)


def test_a_folder_without_groups_is_one_line(tmp_path):
    (tmp_path / "train" / "rgb").mkdir(parents=True)
    (tmp_path / "test").mkdir()
    with pytest.raises(UserError, match="no groups of modalities in it"):
        opened(tmp_path)
