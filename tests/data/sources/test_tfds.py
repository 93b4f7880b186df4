import shutil
import time

import numpy as np
import pytest

import data.sources.tfds_source as tfds_source
from data.source import BadExample
from data.sources.tfds_source import open
from tfgan_kit.errors import UserError

SIZES = {"train": 10, "test": 4}


def picture(split, i):
    return np.random.default_rng(100 * SIZES[split] + i).integers(0, 256, (8, 6, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The same tiny set, prepared by TFDS in each file format; returns their roots."""
    import tensorflow_datasets as tfds

    class Tiny(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            features = {
                "image": tfds.features.Image(shape=(8, 6, 3)),
                "label": tfds.features.ClassLabel(names=["cat", "dog"]),
                "text": tfds.features.Text(),
            }
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict(features)
            )

        def _split_generators(self, dl_manager):
            return {split: self._generate_examples(split) for split in SIZES}

        def _generate_examples(self, split):
            for i in range(SIZES[split]):
                yield i, {"image": picture(split, i), "label": i % 2, "text": str(i)}

    roots = {}
    for kind in ("tfrecord", "array_record"):
        roots[kind] = tmp_path_factory.mktemp(kind)
        Tiny(data_dir=str(roots[kind]), file_format=kind).download_and_prepare()
    return roots


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    """No test asks the network, nor finds sets that lie on this machine."""
    monkeypatch.setattr(tfds_source, "can_download", lambda: False)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "none"))


@pytest.mark.parametrize("kind", ["tfrecord", "array_record"])
@pytest.mark.parametrize("split", SIZES)
def test_prepared_set_is_read_by_index(prepared, kind, split):
    source = open("tiny", data_dir=str(prepared[kind]), split=split)
    assert (len(source), source.shape, source.classes) == (SIZES[split], (8, 6, 3), ("cat", "dog"))
    read = [source.example(i) for i in reversed(range(len(source)))]
    # TFDS shuffles on writing, so compare as sets of (pixels, label).
    got = sorted((image.tobytes(), label) for image, label in read)
    assert got == sorted((picture(split, i).tobytes(), i % 2) for i in range(SIZES[split]))


def test_default_directory_version_and_path(prepared, monkeypatch, tmp_path):
    root = prepared["tfrecord"]
    version = root / "tiny" / "1.0.0"
    assert len(open(str(version), data_dir=None, split="train")) == 10
    assert len(open("tiny:1.0.0", data_dir=str(root), split="train")) == 10
    monkeypatch.setenv("TFDS_DATA_DIR", str(root))
    assert len(open("tiny", data_dir=str(tmp_path), split="train")) == 10


def test_configurations_are_told_apart(prepared, tmp_path):
    for config in ("small", "large"):
        shutil.copytree(prepared["tfrecord"] / "tiny", tmp_path / "tiny" / config)
    with pytest.raises(UserError, match=r"tiny/CONFIG with one of large, small"):
        open("tiny", data_dir=str(tmp_path), split="train")
    assert len(open("tiny/large", data_dir=str(tmp_path), split="test")) == 4


def test_newest_version_is_taken(prepared, tmp_path):
    for version in ("1.9.0", "1.10.0"):
        shutil.copytree(prepared["tfrecord"] / "tiny" / "1.0.0", tmp_path / "tiny" / version)
    assert tfds_source._prepared(tmp_path, "tiny").name == "1.10.0"


def test_unknown_split_is_refused(prepared):
    with pytest.raises(UserError, match=r"no split 'tset'; did you mean 'test'\?"):
        open("tiny", data_dir=str(prepared["tfrecord"]), split="tset")


def copy(prepared, kind, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(prepared[kind], root)
    return root, root / "tiny" / "1.0.0"


def test_damage_is_one_line(prepared, tmp_path):
    root, folder = copy(prepared, "tfrecord", tmp_path)
    shard = next(folder.glob("*train.tfrecord*"))
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-30])
    with pytest.raises(UserError, match=r"train\.tfrecord.*truncated"):
        open("tiny", data_dir=str(root), split="train")
    shard.write_bytes(b"")
    with pytest.raises(UserError, match="0 examples in split 'train', not the 10"):
        open("tiny", data_dir=str(root), split="train")
    shard.write_bytes(whole[:12] + b"\xff" * 20 + whole[32:])
    source = open("tiny", data_dir=str(root), split="train")
    with pytest.raises(BadExample, match=r"train\.tfrecord.* record 0: cannot be read") as error:
        source.example(0)
    assert "\n" not in str(error.value)
    assert source.example(1)[0].shape == (8, 6, 3)
    shard.unlink()
    with pytest.raises(UserError, match="No such file"):
        open("tiny", data_dir=str(root), split="train")


@pytest.mark.parametrize("file", ["dataset_info.json", "features.json"])
def test_damaged_description_is_one_line(prepared, tmp_path, file):
    root, folder = copy(prepared, "tfrecord", tmp_path)
    (folder / file).write_text("{")
    with pytest.raises(UserError, match="prepare it again") as error:
        open("tiny", data_dir=str(root), split="train")
    assert "\n" not in str(error.value)


def test_damaged_array_record_is_one_line(prepared, tmp_path):
    root, folder = copy(prepared, "array_record", tmp_path)
    shard = next(folder.glob("*train.array_record*"))
    shard.write_bytes(b"garbage" * 10)
    with pytest.raises(BadExample, match=r"1\.0\.0 example 0: cannot be read") as error:
        open("tiny", data_dir=str(root), split="train").example(0)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("mnits", r"TFDS has no set 'mnits'.*mean 'mnist'"),
        ("mnist", "not prepared in .* cannot be reached"),
    ],
)
def test_what_is_not_there_fails_soon_and_says_the_ways_out(tmp_path, name, reason):
    start = time.monotonic()
    with pytest.raises(UserError, match=reason) as error:
        open(name, data_dir=str(tmp_path), split="train")
    assert time.monotonic() - start < 15
    for way in ("tfds build", "--data-dir", "folder:", "glyphs"):
        assert way in str(error.value)
    assert "\n" not in str(error.value)


def test_reachability_gives_up_on_a_name_server_that_hangs(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(tfds_source.urllib.request, "urlopen", lambda *a, **k: time.sleep(30))
    start = time.monotonic()
    assert not tfds_source.can_download(0.1)
    assert time.monotonic() - start < 5


def test_download_failure_is_one_line(monkeypatch, tmp_path):
    import tensorflow_datasets as tfds

    class Broken:
        def download_and_prepare(self):
            raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(tfds_source, "can_download", lambda: True)
    monkeypatch.setattr(tfds, "builder", lambda *args, **options: Broken())
    with pytest.raises(UserError, match=r"cannot be prepared \(first line second line\); prepare"):
        open("mnist", data_dir=str(tmp_path), split="train")
