"""Sets whose examples have several fields, from their files to batches."""

import cv2
import numpy as np
import pytest
from PIL import Image

from data.feeds.pipeline import Pipeline
from data.reading.open import open_source
from data.source import BadExample
from data.tools.prepare import prepare
from tfgan_kit.errors import UserError

COUNT, SIDES = 6, (12, 20)


def scene(k):
    """Example k: two images, a label map of 0, 1 and 2, a mask and a vector."""
    rng = np.random.default_rng(k)
    ids = rng.integers(0, 3, (3, 5)).repeat(4, 0).repeat(4, 1)
    return {
        "ids": ids,
        "input": np.stack([ids * 100, ids * 50, ids * 10], -1).astype(np.uint8),
        "mask": (ids == 2)[..., None].astype(np.uint8),
        "target": (ids * 120).astype(np.uint8)[..., None],
        "vector": rng.normal(size=5).astype(np.float32),
    }


def write(root):
    for name in scene(0):
        (root / name).mkdir(parents=True)
    for k in range(COUNT):
        fields = scene(k)
        for name in ("input", "target"):
            cv2.imwrite(str(root / name / f"{k}.png"), fields[name][..., ::-1])
        palette = Image.fromarray(fields["ids"].astype(np.uint8), "P")
        palette.putpalette([0, 0, 0, 200, 10, 10, 10, 200, 10])
        palette.save(root / "ids" / f"{k}.png")
        cv2.imwrite(str(root / "mask" / f"{k}.png"), fields["mask"] * 255)
        np.save(root / "vector" / f"{k}.npy", fields["vector"])
    (root / "ids.txt").write_text("sky\nroad\ntree\n")
    return root


@pytest.fixture
def root(tmp_path):
    return write(tmp_path / "set")


def test_all_fields_come_as_they_were_written(root):
    reader = open_source(str(root))
    kinds = {name: (f.kind, f.shape, f.dtype) for name, f in reader.fields.items()}
    assert kinds == {
        "ids": ("ids", SIDES, "int32"),
        "input": ("image", (*SIDES, 3), "uint8"),
        "mask": ("mask", (*SIDES, 1), "uint8"),
        "target": ("image", (*SIDES, 1), "uint8"),
        "vector": ("vector", (5,), "float32"),
    }
    assert reader.fields["ids"].names == ("sky", "road", "tree")
    for budget in (0, 1 << 30):
        got = open_source(f"paired:{root}", memory_budget=budget).read(np.array([4, 0, 4]))
        for name, value in got.items():
            assert value.dtype == reader.fields[name].dtype
            np.testing.assert_array_equal(value, np.stack([scene(k)[name] for k in (4, 0, 4)]))


@pytest.mark.parametrize("size", [(24, 40), (7, 9), (30, 30)])
@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_scaling_invents_no_ids_and_keeps_fields_together(root, size, fit):
    batch = open_source(str(root), image_size=size, fit=fit).read(np.arange(COUNT))
    assert batch["ids"].shape == (COUNT, *size)
    assert set(np.unique(batch["ids"])) <= {-1, 0, 1, 2}
    assert ((batch["ids"] == -1).any()) == (fit == "pad" and size != (24, 40))
    np.testing.assert_array_equal(batch["mask"][..., 0], batch["ids"] == 2)


def test_ids_of_0_and_19_stay_0_and_19(tmp_path):
    ids = np.where(np.arange(64).reshape(8, 8) % 3 == 0, 19, 0).astype(np.uint8)
    for name, pixels in (("ids", ids), ("input", ids)):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "a.png"), pixels)
    for size in (3, 5, 13, 32):
        batch = open_source(f"paired:{tmp_path}", image_size=size).read(np.array([0]))
        assert set(np.unique(batch["ids"])) == {0, 19}


@pytest.mark.parametrize(
    "augment", [("flip=1",), ("crop=0.5",), ("rotation=40",), ("translation=0.3",), ("color=0.5",)]
)
def test_one_motion_goes_over_all_fields(root, augment):
    reader = open_source(str(root))
    plain, moved = (
        Pipeline(reader, batch_size=6, seed=3, augment=specs).read(np.arange(6))
        for specs in ((), augment)
    )
    assert moved["vector"].tolist() == plain["vector"].tolist()
    assert (moved["input"] != plain["input"]).any(axis=(1, 2, 3)).sum() > 3
    if augment == ("color=0.5",):
        np.testing.assert_array_equal(moved["ids"], plain["ids"])
        np.testing.assert_array_equal(moved["mask"], plain["mask"])
        return
    np.testing.assert_array_equal(moved["mask"][..., 0], moved["ids"] == 2)
    # The target is 120 times the id: where its pixels are not blended, it must say the same.
    target = moved["target"][..., 0]
    sure = np.isin(target, (0, 120, 240))
    assert sure.mean() > 0.3
    agree = (target == moved["ids"] * 120)[sure].mean()
    assert agree > 0.95


def test_cutout_covers_the_same_place_of_all_images(root):
    reader = open_source(str(root))
    plain = reader.read(np.arange(1))
    flip = Pipeline(reader, batch_size=1, seed=0, augment=("cutout=0.5",))
    covered = flip.read(np.arange(1))
    index = int(np.flatnonzero([(scene(k)["ids"] == covered["ids"][0]).all() for k in range(6)])[0])
    holes = [(covered[n][0] != scene(index)[n]).any(-1) for n in ("input", "target")]
    assert (covered["input"][0][holes[0]] == 127).all()
    np.testing.assert_array_equal(*holes)
    assert plain.keys() == covered.keys()


def test_batches_have_all_fields_and_replicas_have_their_rows(root):
    pipeline = Pipeline(open_source(str(root)), batch_size=4, seed=1, augment=("flip", "rotation"))
    (whole,) = pipeline.dataset(start_batch=3).take(1)
    parts = list(pipeline.dataset(start_batch=3, replicas_per_pipeline=2).take(2))
    assert set(whole) == set(scene(0))
    for name, values in whole.items():
        joined = np.concatenate([part[name] for part in parts])
        np.testing.assert_array_equal(values, joined)


def test_prepared_records_hold_the_same(root, tmp_path):
    prepare(str(root), str(tmp_path / "out"))
    original, made = open_source(str(root)), open_source(str(tmp_path / "out"))
    assert made.fields == original.fields
    assert made.name == original.name
    wanted, got = (reader.read(np.arange(COUNT)) for reader in (original, made))
    for name in wanted:
        np.testing.assert_array_equal(got[name], wanted[name])


def test_a_mix_joins_sets_of_the_same_fields(root, tmp_path):
    write(tmp_path / "other")
    (tmp_path / "other" / "input" / "0.png").write_bytes(
        (tmp_path / "other" / "input" / "1.png").read_bytes()
    )
    mix = open_source(f"{root}+{tmp_path / 'other'}", image_size=SIDES)
    got = mix.read(np.array([COUNT, 1]))
    np.testing.assert_array_equal(got["input"][0], scene(1)["input"])
    np.testing.assert_array_equal(got["ids"], [scene(0)["ids"], scene(1)["ids"]])
    with pytest.raises(UserError, match="must have the same fields; set has ids, input"):
        open_source(f"{root}+glyphs", image_size=SIDES)


def test_splits(tmp_path):
    write(tmp_path / "train")
    write(tmp_path / "test")
    for split in ("train", "test"):
        assert len(open_source(str(tmp_path), split=split)) == COUNT


def remove_partner(root):
    (root / "target" / "3.png").unlink()


def other_size(root):
    cv2.imwrite(str(root / "target" / "3.png"), np.zeros((5, 7), np.uint8))


def too_many_ids(root):
    (root / "ids.txt").write_text("sky\nroad\n")


def coloured_ids(root):
    cv2.imwrite(str(root / "ids" / "3.png"), np.zeros((*SIDES, 3), np.uint8))


def gray_mask(root):
    cv2.imwrite(str(root / "mask" / "3.png"), np.arange(240, dtype=np.uint8).reshape(SIDES))


def one_folder(root):
    for folder in ("ids", "mask", "target", "vector"):
        for file in (root / folder).iterdir():
            file.unlink()
        (root / folder).rmdir()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (remove_partner, r"3\.\w+ has no partner in .*target; add 3\.\*"),
        (other_size, r"3\.png: its fields differ in size \(ids 12x20, input 12x20, .*target 5x7\)"),
        (too_many_ids, r"id 2 in its ids, which has 2 classes, 0 to 1"),
        (coloured_ids, r"3\.png: it is in colour, not a map of class numbers"),
        (gray_mask, r"3\.png: a mask has one channel with 0 and one other value"),
        (one_folder, "1 folders in it; a paired set is a folder for each field"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(root, harm, message):
    harm(root)
    with pytest.raises(UserError, match=message) as error:
        open_source(f"paired:{root}", image_size=SIDES).read(np.arange(COUNT))
    assert "\n" not in str(error.value)


def test_a_bad_example_can_be_passed_over(root):
    other_size(root)
    reader = open_source(str(root), image_size=SIDES, max_bad_files=1)
    got = reader.read(np.array([3]))
    np.testing.assert_array_equal(got["input"][0], scene(4)["input"])
    with pytest.raises(BadExample):
        reader.fitted(3)
