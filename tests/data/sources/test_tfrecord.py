import gc
import gzip
import io
import os
from zlib import crc32

import numpy as np
import pytest
from PIL import Image

from data.records.files import RecordFiles
from data.records.index import make_index, write_index
from data.source import BadExample
from data.sources.tfrecord import open
from tfgan_kit.errors import UserError

PICTURES = np.random.default_rng(0).integers(0, 256, (7, 6, 5, 3), dtype=np.uint8)


def png(image) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


def example(**features) -> bytes:
    import tensorflow as tf

    def feature(value):
        if isinstance(value, bytes):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))

    features = {k.replace("__", "/"): feature(v) for k, v in features.items()}
    return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()


def write(path, records) -> str:
    """Writes with TensorFlow's own writer, so that the framing read here is its framing."""
    import tensorflow as tf

    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
    return str(path)


def encoded(count=7, **more):
    return [
        example(image__encoded=png(PICTURES[i]), image__class__label=i % 3, **more)
        for i in range(count)
    ]


def test_encoded_images_by_index(tmp_path):
    source = open(write(tmp_path / "x.tfrecord", encoded()), data_dir=None, split="train")
    assert (len(source), source.shape, source.classes) == (7, (6, 5, 3), ("0", "1", "2"))
    for i in (4, 0, 6):
        image, label = source.example(i)
        np.testing.assert_array_equal(image, PICTURES[i])
        assert (label, image.dtype) == (i % 3, np.uint8)
    assert source.where(4) == f"{tmp_path}/x.tfrecord record 4"


@pytest.mark.parametrize("key", ["image_raw", "image"])
@pytest.mark.parametrize("gray", [False, True])
def test_raw_pixels(tmp_path, key, gray):
    pictures = PICTURES[..., :1] if gray else PICTURES
    # Without a feature for the channels, the number of bytes says how many there are.
    more = {} if gray else {"channels": 3}
    records = [example(**{key: p.tobytes()}, height=6, width=5, label=1, **more) for p in pictures]
    source = open(write(tmp_path / "x.tfrecord", records), data_dir=None, split="train")
    assert source.shape == pictures.shape[1:]
    np.testing.assert_array_equal(source.example(5)[0], pictures[5])
    assert source.example(5)[1] == 1


def test_records_without_labels_and_of_differing_size(tmp_path):
    records = [example(image=png(PICTURES[0])), example(image=png(PICTURES[1][:3]))]
    source = open(write(tmp_path / "x.tfrecord", records), data_dir=None, split="train")
    assert (source.shape, source.classes, source.example(1)[1]) == (None, (), -1)
    assert source.example(1)[0].shape == (3, 5, 3)


def test_folder_of_shards_in_order_with_splits_and_names(tmp_path):
    write(tmp_path / "set-train-00001-of-00002.tfrecord", encoded()[4:])
    write(tmp_path / "set-train-00000-of-00002.tfrecord", encoded()[:4])
    write(tmp_path / "set-test.tfrecord", encoded(2))
    (tmp_path / "labels.txt").write_text("ant\nbee\ncow\n")
    source = open(tmp_path.name, data_dir=str(tmp_path.parent), split="train")
    assert (len(source), source.classes) == (7, ("ant", "bee", "cow"))
    for i in range(7):
        np.testing.assert_array_equal(source.example(i)[0], PICTURES[i])
    assert source.where(5).endswith("00001-of-00002.tfrecord record 1")
    assert len(open(str(tmp_path), data_dir=None, split="test")) == 2
    with pytest.raises(UserError, match="no split 'extra'"):
        open(str(tmp_path), data_dir=None, split="extra")
    source = open(str(tmp_path / "*-train-*"), data_dir=None, split="train")
    assert len(source) == 7


def test_indexes_are_no_shards_and_are_used(tmp_path):
    path = tmp_path / "x.tfrecord-00000-of-00001"
    write(path, encoded())
    index = make_index([len(r) for r in encoded()], [crc32(r) for r in encoded()])
    write_index(index, path)
    for name in (str(tmp_path), str(tmp_path / "x*")):
        source = open(name, data_dir=None, split="train")
        assert len(source) == 7
        np.testing.assert_array_equal(source.example(6)[0], PICTURES[6])
    index["crc32"][3] += 1
    write_index(index, path)
    with pytest.raises(BadExample, match=r"record 3: damaged \(its checksum is wrong\)"):
        open(str(tmp_path), data_dir=None, split="train").example(3)


def test_more_files_than_are_kept_open(tmp_path, monkeypatch):
    monkeypatch.setattr("data.records.files._KEPT_OPEN", 2)
    paths = [write(tmp_path / f"{k}.tfrecord", [b"a%d" % k] * 2) for k in range(5)]
    gc.collect()
    opened = len(os.listdir("/proc/self/fd"))
    records = RecordFiles(paths)
    for _ in range(2):
        assert [records[i] for i in range(0, 10, 2)] == [b"a%d" % k for k in range(5)]
    assert len(os.listdir("/proc/self/fd")) == opened + 2
    del records
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == opened


def test_a_label_without_a_name_is_refused(tmp_path):
    path = write(tmp_path / "x.tfrecord", encoded())
    (tmp_path / "labels.txt").write_text("ant\nbee")
    source = open(path, data_dir=None, split="train")
    assert source.example(1)[1] == 1
    with pytest.raises(BadExample, match=r"record 2: label 2, but there are 2 classes"):
        source.example(2)


def test_many_empty_files_among_the_shards(tmp_path):
    paths = [write(tmp_path / f"{k}.tfrecord", [b"a%d" % k] * (k % 3)) for k in range(6)]
    records = RecordFiles(paths)
    assert [records[i] for i in range(len(records))] == [b"a1", b"a2", b"a2", b"a4", b"a5", b"a5"]
    assert records.where(5) == f"{tmp_path}/5.tfrecord record 1"


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_truncated_file(tmp_path, cut):
    path = tmp_path / "x.tfrecord"
    write(path, encoded())
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(UserError, match=r"x\.tfrecord: truncated in record 6"):
        open(str(path), data_dir=None, split="train")


def test_truncated_within_a_header(tmp_path):
    path = tmp_path / "x.tfrecord"
    write(path, encoded(2))
    path.write_bytes(path.read_bytes() + b"\x08\0\0")
    with pytest.raises(UserError, match="truncated"):
        open(str(path), data_dir=None, split="train")


def test_wrong_length_is_found_by_its_checksum(tmp_path):
    path = tmp_path / "x.tfrecord"
    write(path, [b"a" * 40, b"b" * 40])
    data = bytearray(path.read_bytes())
    data[56] = 39
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged at record 1"):
        open(str(path), data_dir=None, split="train")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no records"),
        (b"this is a text, not a record file", "not a TFRecord"),
        (b"\0" * 64, "not a TFRecord"),
        (gzip.compress(b"x" * 50, mtime=0), "gzip"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path, content, reason):
    path = tmp_path / "x.tfrecord"
    path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as error:
        open(str(path), data_dir=None, split="train")
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"\xff\xff\xff", "not a tf.train.Example"),
        ({"picture": b"x"}, "no image among its features picture"),
        ({"image": b"no picture"}, "not an image"),
        ({"image": 3}, "no image"),
    ],
)
def test_records_that_hold_no_image(tmp_path, record, reason):
    record = record if isinstance(record, bytes) else example(**record)
    path = write(tmp_path / "x.tfrecord", [record])
    with pytest.raises(UserError, match=f"record 0.*{reason}"):
        open(path, data_dir=None, split="train")
    source = open(
        write(tmp_path / "y.tfrecord", [*encoded(), record]), data_dir=None, split="train"
    )
    assert source.example(6)[0].shape == (6, 5, 3)
    with pytest.raises(BadExample, match=f"record 7.*{reason}"):
        source.example(7)


def test_missing_files(tmp_path):
    with pytest.raises(UserError, match="no file matches"):
        open(str(tmp_path / "*.tfrecord"), data_dir=None, split="train")
    with pytest.raises(UserError, match=r"no \.tfrecord files"):
        open(str(tmp_path), data_dir=None, split="train")
    with pytest.raises(UserError, match="there is no"):
        open("nowhere.tfrecord", data_dir=str(tmp_path), split="train")
