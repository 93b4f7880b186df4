import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
from PIL import Image

from data.feeds.domains import open_domains
from data.reading.encode import Encoder
from data.reading.open import open_source
from data.records.stored import Stored
from data.registry import open_raw
from data.tools.prepare import prepare
from tests.conftest import ROOT
from tests.data.sources.test_idx import write_set
from tfgan_kit.errors import UserError


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


def picture(seed, height=12, width=10, channels=3):
    shape = (height, width, channels)[: 2 + (channels > 1)]
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Files of two classes and two splits: PNG, JPEG, gray, palette, transparent, turned."""
    for split, count in (("train", 9), ("test", 3)):
        for i in range(count):
            place = tmp_path / "photos" / split / ("ant", "bee")[i % 2]
            place.mkdir(parents=True, exist_ok=True)
            if i % 3:
                cv2.imwrite(str(place / f"{i}.{'jpg' if i % 3 == 1 else 'png'}"), picture(i))
            else:
                Image.fromarray(picture(i, channels=1)).save(place / f"{i}.png")
    train = tmp_path / "photos" / "train" / "ant"
    Image.fromarray(picture(20)).convert("P").save(train / "palette.png")
    Image.fromarray(picture(21, channels=4), "RGBA").save(train / "transparent.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(picture(22, 10, 12)).save(train / "turned.jpg", exif=exif)
    return tmp_path / "photos"


def all_of(name, **options):
    reader = open_source(str(name), **options)
    return reader, reader.read(np.arange(len(reader)))


def assert_same(made, original, **options):
    """The same examples, in the same order, with the same labels and classes."""
    (a, got), (b, wanted) = (all_of(name, **options) for name in (made, original))
    assert (a.name, a.classes, a.label_shape) == (b.name, b.classes, b.label_shape)
    np.testing.assert_array_equal(got["image"], wanted["image"])
    np.testing.assert_array_equal(got["label"], wanted["label"])


def shards(path):
    return sorted(p.name for p in path.iterdir() if p.match("[!.]*.tfrecord"))


@pytest.mark.parametrize("format", ["keep", "png"])
def test_a_folder_reads_the_same_at_any_size(folder, tmp_path, format):
    line = prepare(str(folder), str(tmp_path / "out"), format=format)
    assert "train 12 images in 1 shard of" in line
    assert "test 3 images in 1 shard of" in line
    assert shards(tmp_path / "out") == [
        "test-00000-of-00001.tfrecord",
        "train-00000-of-00001.tfrecord",
    ]
    for options in ({}, {"split": "test"}, {"image_size": 8, "channels": 1}, {"image_size": 16}):
        assert_same(tmp_path / "out", folder, **options)


def test_sizes_that_differ_stay_as_they_are(tmp_path):
    (tmp_path / "in").mkdir()
    for i in range(4):
        cv2.imwrite(str(tmp_path / "in" / f"{i}.png"), picture(i, 8 + i, 12 - i))
    prepare(str(tmp_path / "in"), str(tmp_path / "out"))
    assert_same(tmp_path / "out", tmp_path / "in", image_size=9)
    assert open_raw(str(tmp_path / "out")).source.example(3)[0].shape == (11, 9, 3)
    with pytest.raises(UserError, match="give the size with --image-size"):
        open_source(str(tmp_path / "out"))


@pytest.mark.parametrize(
    "options", [{"image_size": 8}, {"channels": 1}, {"image_size": 24, "channels": 1}]
)
def test_at_another_size_or_channel_count(folder, tmp_path, options):
    prepare(str(folder), str(tmp_path / "out"), **options)
    a, got = all_of(tmp_path / "out")
    b, wanted = all_of(folder, **options)
    assert a.image_shape == b.image_shape
    np.testing.assert_array_equal(got["image"], wanted["image"])


def test_sets_of_arrays_and_their_transforms(tmp_path):
    write_set(tmp_path)
    for name in ("mnist", "mnist-edge"):
        out = tmp_path / name
        prepare(name, str(out), data_dir=str(tmp_path))
        original = open_source(name, data_dir=str(tmp_path))
        made, got = all_of(out)
        assert (made.name, made.classes) == (name, original.classes)
        wanted = original.read(np.arange(len(original)))
        np.testing.assert_array_equal(got["image"], wanted["image"])
        np.testing.assert_array_equal(got["label"], wanted["label"])
    with pytest.raises(UserError, match="no split 'test'"):
        open_source(str(tmp_path / "mnist"), split="test")


def test_attributes_and_missing_labels(tmp_path):
    from data.drawn.glyphs import Glyphs

    class Several(Glyphs):
        classes, label_shape = ("odd", "large"), (2,)

        def __len__(self):
            return 5

        def example(self, index):
            return super().example(index)[0], np.array([index % 2, index > 2], np.int64)

    import data.tools.prepare as module

    raw = open_raw("glyphs")._replace(source=Several())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "open_raw", lambda *a, **k: raw)
        prepare("glyphs", str(tmp_path / "several"), split="train")
    reader, got = all_of(tmp_path / "several")
    assert (reader.classes, reader.label_shape) == (("odd", "large"), (2,))
    assert got["label"].tolist() == [[0, 0], [1, 0], [0, 0], [1, 1], [0, 1]]
    np.savez(tmp_path / "a.npz", images=np.stack([picture(i) for i in range(3)]))
    prepare(str(tmp_path / "a.npz"), str(tmp_path / "none"))
    reader, got = all_of(tmp_path / "none")
    assert (reader.classes, got["label"].tolist()) == ((), [-1, -1, -1])


def test_files_are_stored_byte_for_byte_where_nothing_changes_them(folder, tmp_path):
    raw = open_raw(str(folder))
    stored = Stored(raw, None, None, Encoder("keep", 95), keep=True)
    for i in range(len(raw.source)):
        path = raw.source.where(i)
        if any(word in path for word in ("palette", "transparent", "turned")):
            continue
        with open(path, "rb") as file:
            assert file.read() in stored.record(i)


def test_plain_tensorflow_reads_the_records(folder, tmp_path):
    import tensorflow as tf

    prepare(str(folder), str(tmp_path / "out"))
    files = sorted(map(str, (tmp_path / "out").glob("train-*.tfrecord")))
    described = {
        "image/encoded": tf.io.FixedLenFeature([], tf.string),
        "image/format": tf.io.FixedLenFeature([], tf.string),
        "image/height": tf.io.FixedLenFeature([], tf.int64),
        "image/width": tf.io.FixedLenFeature([], tf.int64),
        "image/channels": tf.io.FixedLenFeature([], tf.int64),
        "label": tf.io.FixedLenFeature([], tf.int64),
    }
    found = list(
        tf.data.TFRecordDataset(files).map(lambda r: tf.io.parse_single_example(r, described))
    )
    _, wanted = all_of(folder, image_size=12)
    source = open_raw(str(folder)).source
    assert [int(f["label"]) for f in found] == wanted["label"].tolist()
    for i, features in enumerate(found):
        image = tf.io.decode_image(features["image/encoded"]).numpy()
        sides = [int(features[f"image/{k}"]) for k in ("height", "width", "channels")]
        assert list(image.shape) == sides
        expected = source.example(i)[0]
        if features["image/format"] == b"png":
            np.testing.assert_array_equal(np.broadcast_to(image, expected.shape), expected)
        else:  # TensorFlow's way through the inverse cosine transform is another.
            assert np.abs(image.astype(int) - expected).max() <= 16


def test_jpeg_is_smaller_with_less_quality_and_nearly_the_same(tmp_path):
    smooth = cv2.resize(picture(0, 4, 4), (64, 64), interpolation=cv2.INTER_CUBIC)
    np.savez(tmp_path / "a.npz", images=np.stack([smooth] * 3))
    sizes = {}
    for quality in (50, 95):
        out = tmp_path / str(quality)
        prepare(str(tmp_path / "a.npz"), str(out), format="jpeg", quality=quality)
        sizes[quality] = (out / "train-00000-of-00001.tfrecord").stat().st_size
        _, got = all_of(out)
        assert np.abs(got["image"].astype(int) - smooth).mean() < 6
    assert sizes[50] < sizes[95]


def many(path, count=30, size=100):
    """Noise, so that a record has some 30 kB."""
    path.mkdir()
    for i in range(count):
        cv2.imwrite(str(path / f"{i:03}.png"), picture(i, size, size))
    return path


def test_shards_have_about_the_size_and_the_order_of_the_set(tmp_path):
    source = many(tmp_path / "in", count=80)
    prepare(str(source), str(tmp_path / "out"), shard_mb=1)
    names = shards(tmp_path / "out")
    assert names == [f"train-0000{k}-of-00003.tfrecord" for k in range(3)]
    assert_same(tmp_path / "out", source)
    where = open_raw(str(tmp_path / "out")).source.where
    assert where(26) == f"{tmp_path}/out/{names[1]} record 0"


def test_prepared_sets_join_and_stand_beside_others(folder, tmp_path):
    prepare(str(folder), str(tmp_path / "out"), image_size=16)
    mix = open_source(f"{tmp_path / 'out'}+{folder}", image_size=16)
    assert len(mix) == 24
    domains = open_domains([str(tmp_path / "out"), "glyphs-color"])
    assert domains.image_shape == (32, 32, 3)


def test_what_was_stopped_goes_on(tmp_path, monkeypatch, capsys):
    """Finished shards are not written again, and no other has its final name."""
    import data.tools.prepare as module

    source, out = many(tmp_path / "in", count=80), tmp_path / "out"
    write = module.write_shard

    def stopped(records, path):
        if "00001" in path.name:

            def some():
                yield next(iter(records))
                raise KeyboardInterrupt

            return write(some(), path)
        return write(records, path)

    with monkeypatch.context() as patched:
        patched.setattr(module, "write_shard", stopped)
        with pytest.raises(KeyboardInterrupt):
            prepare(str(source), str(out), shard_mb=1)
    assert "the same command continues" in capsys.readouterr().out
    assert shards(out) == ["train-00000-of-00003.tfrecord"]
    with pytest.raises(UserError, match="not finished; run the same `data prepare`"):
        open_source(str(out))
    before = (out / "train-00000-of-00003.tfrecord").stat().st_mtime_ns
    for other in ({"shard_mb": 2}, {"shard_mb": 1, "image_size": 8}):
        with pytest.raises(UserError, match=r"was begun with --(shard-mb 1|image-size None), not"):
            prepare(str(source), str(out), **other)
    prepare(str(source), str(out), shard_mb=1)
    assert (out / "train-00000-of-00003.tfrecord").stat().st_mtime_ns == before
    assert_same(out, source)
    names = {p.name for p in out.iterdir()}
    assert len(names) == 7  # 3 shards, 3 indexes, prepared.json
    with pytest.raises(UserError, match="out is finished; give another --output"):
        prepare(str(source), str(out), shard_mb=1)


def test_killed_in_the_middle_of_a_shard(tmp_path):
    source, out = many(tmp_path / "in", count=80), tmp_path / "out"
    # Slow enough to be killed while the second shard is written.
    slow = (
        "import sys, time, data.records.stored as s\n"
        "record = s.Stored.record\n"
        "def slowly(self, i):\n"
        "    time.sleep(0.02 if i < 40 else 60)\n"
        "    return record(self, i)\n"
        "from data.tools.prepare import prepare\n"
        "s.Stored.shards = lambda self, mb: 3\n"
        "s.Stored.record = slowly\n"
        "prepare(sys.argv[1], sys.argv[2], shard_mb=1)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", slow, source, out], cwd=ROOT)
    try:
        part = out / ".train-00001-of-00003.part.tfrecord"
        for _ in range(600):
            if part.exists():
                break
            time.sleep(0.1)
        assert part.exists()
        with pytest.raises(UserError, match="in use by another process"):
            prepare(str(source), str(out), shard_mb=1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert shards(out) == ["train-00000-of-00003.tfrecord"]
    prepare(str(source), str(out), shard_mb=1)
    assert_same(out, source)
    assert not part.exists()


def test_bad_files_are_left_out_up_to_the_limit(folder, tmp_path, capsys):
    for name in ("0.png", "2.png"):
        (folder / "train" / "ant" / name).write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"0\.png: .* \(no bad examples allowed: remove the file"):
        prepare(str(folder), str(tmp_path / "out"))
    with pytest.raises(UserError, match=r"2\.png: .* \(at most 1 bad examples allowed"):
        prepare(str(folder), str(tmp_path / "out"), max_bad_files=1)
    line = prepare(str(folder), str(tmp_path / "out"), max_bad_files=2)
    assert "train 10 images in 1 shard of" in line
    assert "(unreadable and left out: 2)" in line
    assert f"left out: {folder}/train/ant/0.png" in capsys.readouterr().out
    reader, got = all_of(tmp_path / "out")
    assert len(reader) == 10
    source = open_raw(str(folder)).source
    good = [i for i in range(12) if source.where(i)[-9:] not in ("ant/0.png", "ant/2.png")]
    np.testing.assert_array_equal(got["label"], source.labels()[good])


def test_bad_files_of_finished_shards_count_when_it_goes_on(tmp_path, monkeypatch):
    source, out = many(tmp_path / "in", count=80), tmp_path / "out"
    (source / "005.png").write_bytes(b"")
    (source / "070.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"070\.png: the file is empty \(at most 1 bad"):
        prepare(str(source), str(out), shard_mb=1, max_bad_files=1)
    with pytest.raises(UserError, match=r"070\.png"):
        prepare(str(source), str(out), shard_mb=1, max_bad_files=1)
    prepare(str(source), str(out), shard_mb=1, max_bad_files=2)
    assert len(open_source(str(out))) == 78


def test_a_set_that_has_changed_is_not_gone_on_with(tmp_path):
    source, out = many(tmp_path / "in"), tmp_path / "out"
    (source / "020.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"020\.png"):
        prepare(str(source), str(out))
    (source / "020.png").unlink()
    with pytest.raises(UserError, match="in has changed since its preparation was begun"):
        prepare(str(source), str(out))


def test_a_split_that_was_not_there_is_a_change(folder, tmp_path):
    (folder / "train" / "ant" / "0.png").write_bytes(b"")
    (folder / "test").rename(tmp_path / "test")
    with pytest.raises(UserError, match=r"0\.png"):
        prepare(str(folder), str(tmp_path / "out"))
    (tmp_path / "test").rename(folder / "test")
    with pytest.raises(UserError, match="photos has changed since its preparation was begun"):
        prepare(str(folder), str(tmp_path / "out"))


def test_a_full_disk_is_one_line_and_leaves_no_half_shard(tmp_path):
    source, out = many(tmp_path / "in"), tmp_path / "out"
    code = (
        "import resource, sys, main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "sys.exit(main.main(['data', 'prepare', sys.argv[1], '--output', sys.argv[2]]))\n"
    )
    command = [sys.executable, "-c", code, source, out]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "train-00000-of-00001.tfrecord: cannot be written (" in done.stderr
    assert "File too large" in done.stderr
    assert [p.name for p in out.iterdir() if "tfrecord" in p.name] == []
    prepare(str(source), str(out))
    assert_same(out, source)


def test_a_record_of_the_length_of_its_pixels_is_still_decoded(tmp_path):
    """Such an image would be taken for bare pixels, did the record not say that it is encoded."""
    noise = np.random.default_rng(0).integers(0, 256, (12, 12, 1), np.uint8)
    partly = [np.where(np.arange(144).reshape(12, 12, 1) < n, noise, 0) for n in range(144)]
    image = next(i.astype(np.uint8) for i in partly if len(cv2.imencode(".png", i)[1]) == 144)
    np.savez(tmp_path / "a.npz", images=image[None])
    prepare(str(tmp_path / "a.npz"), str(tmp_path / "out"))
    np.testing.assert_array_equal(all_of(tmp_path / "out")[1]["image"][0], image)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("ring", {}, "ring holds points; only images are stored as records"),
        ("glyphs", {"format": "gif"}, "--format gif: choose one of keep, png, jpeg"),
        ("glyphs", {"quality": 101}, "--quality must be 1 to 100, not 101"),
        ("glyphs+glyphs-edge", {}, "prepare each set into a folder of its own"),
        ("nothing", {}, "no data set 'nothing'"),
        ("mnist", {"data_dir": "{}/in"}, "mnist: .* not found in"),
        ("{}/empty", {}, "empty: the folder is empty"),
        ("{}/in", {"split": "test"}, "no split 'test'"),
    ],
)
def test_wrong_wishes_leave_nothing_behind(tmp_path, name, options, message):
    many(tmp_path / "in", count=2)
    (tmp_path / "empty").mkdir()
    options = {k: v.format(tmp_path) if isinstance(v, str) else v for k, v in options.items()}
    with pytest.raises(UserError, match=message):
        prepare(name.format(tmp_path), str(tmp_path / "out"), **options)
    assert not (tmp_path / "out").exists()


def test_outputs_that_cannot_be(tmp_path):
    source = str(many(tmp_path / "in", count=2))
    with pytest.raises(UserError, match=r"--output .*in is not empty"):
        prepare(source, source)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match=r"--output .*file is a file"):
        prepare(source, str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"file/out: cannot be written \(Not a directory\)"):
        prepare(source, str(tmp_path / "file" / "out"))


def test_the_command(command, refused, folder, tmp_path):
    out = tmp_path / "out"
    status, printed, err = command("data", "prepare", folder, "--output", out, "--image-size", 32)
    assert (status, err) == (0, "")
    assert printed.startswith("photos: train 12 images in 1 shard of 0.")
    assert printed.endswith(f"--dataset {out}\n")
    status, printed, _ = command("data", "inspect", out, "--output", tmp_path / "x.png")
    assert (status, printed.splitlines()[0]) == (0, "photos: 12 examples")
    assert "ant  8" in printed
    assert "is finished" in refused("data", "prepare", folder, "--output", out, "--image-size", 32)
    run = ["--width", 0.05, "--batch-size", 4, "--steps", 2, "--run-dir"]
    assert command("train", "gan", "--dataset", out, *run, tmp_path / "a")[0] == 0
    assert (
        command("train", "gan", "--dataset", folder, "--image-size", 32, *run, tmp_path / "b")[0]
        == 0
    )
    losses = [
        (tmp_path / r / "metrics.csv").read_text().splitlines()[-1].split(",")[:3] for r in "ab"
    ]
    assert losses[0] == losses[1]
