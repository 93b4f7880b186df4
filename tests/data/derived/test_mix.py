import numpy as np
import pytest

from data.derived.mix import Mix
from data.feeds.pipeline import Pipeline
from data.reading.open import open_source
from data.registry import split_mix
from data.tools.inspect import inspect
from tfgan_kit.errors import UserError


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


def write(path, values, side=8, labels=None, classes=None):
    """Writes images, the k-th of which is filled with values[k]."""
    images = np.broadcast_to(np.array(values, np.uint8)[:, None, None], (len(values), side, side))
    more = {} if classes is None else {"classes": np.array(classes)}
    labels = np.arange(len(values)) % 2 if labels is None else labels
    np.savez(path, images=images, labels=labels, **more)


def test_sets_stand_one_after_the_other(tmp_path):
    write(tmp_path / "a.npz", [1, 2, 3])
    write(tmp_path / "b.npz", [11, 12])
    write(tmp_path / "c.npz", [21, 22, 23, 24])
    mix = open_source("+".join(f"{tmp_path}/{name}.npz" for name in "abc"))
    assert isinstance(mix, Mix)
    assert (mix.name, len(mix), mix.image_shape) == ("a+b+c", 9, (32, 32, 1))
    assert (mix.classes, mix.label_shape, mix.is_points) == (("0", "1"), (), False)
    got = mix.read(np.array([8, 0, 3, 4, 2, 5, 0]))
    assert got["image"].mean(axis=(1, 2, 3)).tolist() == [24, 1, 11, 12, 3, 21, 1]
    assert got["label"].tolist() == [1, 0, 0, 1, 0, 0, 0]
    assert (got["image"].dtype, got["label"].dtype) == (np.uint8, np.int64)
    assert mix.labels().tolist() == mix.read(np.arange(9))["label"].tolist()


def test_parts_keep_what_they_look_like():
    mix = open_source("glyphs+glyphs-street+glyphs-color-edge", image_size=64)
    assert mix.image_shape == (64, 64, 3)
    for k, name in enumerate(("glyphs", "glyphs-street", "glyphs-color-edge")):
        alone = open_source(name, image_size=64, channels=3).read(np.array([7]))
        part = mix.read(np.array([60_000 * k + 7]))
        np.testing.assert_array_equal(part["image"], alone["image"])
    assert len(open_source("glyphs+glyphs-edge", split="test")) == 20_000
    assert open_source("glyphs+glyphs-street", channels=1).image_shape == (32, 32, 1)


def test_the_size_is_one_that_networks_have_and_holds_the_largest(tmp_path):
    write(tmp_path / "a.npz", [1, 2], side=40)
    write(tmp_path / "b.npz", [1, 2], side=8)
    assert open_source(f"{tmp_path}/a.npz+{tmp_path}/b.npz").image_shape == (64, 64, 1)


def test_a_mix_can_be_trained_on_and_looked_at(tmp_path):
    mix = open_source("glyphs+glyphs-color")
    batch = next(iter(Pipeline(mix, batch_size=16, seed=0).dataset()))
    assert batch["image"].shape == (16, 32, 32, 3)
    text = inspect(mix, str(tmp_path / "x.png"))
    assert text.startswith("glyphs+glyphs-color: 120000 examples")
    counts = np.bincount(mix.labels())
    assert f"counted over all)\n  0  {counts[0]}\n" in text


def test_labels_that_one_set_does_not_know(tmp_path):
    mix = open_source("glyphs+glyphs-edge")
    mix._readers[1].source.labels = lambda: None
    assert mix.labels() is None


def test_bad_files_are_allowed_per_set(tmp_path):
    import cv2

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for k in range(3):
            cv2.imwrite(str(tmp_path / name / f"{k}.png"), np.zeros((8, 8, 3), np.uint8))
        (tmp_path / name / "1.png").write_bytes(b"")
    name = f"{tmp_path}/a+{tmp_path}/b"
    mix = open_source(name, max_bad_files=1)
    mix.read(np.arange(6))
    assert [message.split(":")[0] for message in mix.bad_files] == [
        f"{tmp_path}/a/1.png",
        f"{tmp_path}/b/1.png",
    ]
    with pytest.raises(UserError, match="no bad examples allowed"):
        open_source(name).read(np.arange(6))


def test_a_plus_in_a_path(tmp_path, monkeypatch):
    for folder in ("a+b", "c+d/trainA"):
        (tmp_path / folder).mkdir(parents=True)
    write(tmp_path / "a+b" / "x+y.npz", [5, 6])
    whole = f"{tmp_path}/a+b/x+y.npz"
    assert split_mix(whole) == [whole]
    assert split_mix(f"npz:{whole}") == [f"npz:{whole}"]
    assert split_mix(f"glyphs+{whole}+mnist") == ["glyphs", whole, "mnist"]
    assert split_mix(f"{tmp_path}/c+d:a+{whole}") == [f"{tmp_path}/c+d:a", whole]
    assert split_mix("npz:x+y.npz+mnist", f"{tmp_path}/a+b") == ["npz:x+y.npz", "mnist"]
    assert split_mix("mnist+usps+svhn") == ["mnist", "usps", "svhn"]
    assert open_source(whole).name == "x+y"
    monkeypatch.setenv("TFGAN_KIT_DATA", str(tmp_path / "a+b"))
    assert open_source("npz:x+y.npz+npz:x+y.npz").name == "x+y+x+y"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "glyphs+{}/a.npz",
            r"^glyphs\+a: .* same classes; glyphs has 10 \(0, 1, 2, ...\) but a has 2 \(x, y\)",
        ),
        ("{}/none.npz+{}/a.npz", "but a has 2"),
        ("glyphs+ring", "ring holds points"),
        ("glyphs+glyhps", "no data set 'glyhps'; did you mean 'glyphs'"),
        ("glyphs+", "no data set ''"),
        ("glyphs+mnist", "mnist: no data directory is given"),
    ],
)
def test_wrong_mixes(tmp_path, name, message):
    write(tmp_path / "a.npz", [1, 2], classes=["x", "y"])
    write(tmp_path / "none.npz", [1, 2], labels=np.array([-1, -1]))
    with pytest.raises(UserError, match=message) as caught:
        open_source(name.replace("{}", str(tmp_path)))
    assert "\n" not in str(caught.value)
