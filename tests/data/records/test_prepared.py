"""Prepared sets that have come to harm."""

import json
import os

import numpy as np
import pytest

from data.reading.open import open_source
from data.tools.prepare import prepare
from tests.data.tools.test_prepare import assert_same, many
from tfgan_kit.errors import UserError


@pytest.fixture
def made(tmp_path):
    source = many(tmp_path / "in", count=80)
    prepare(str(source), str(tmp_path / "out"), shard_mb=1)
    return tmp_path / "out"


def test_a_damaged_record_is_named(made):
    path = made / "train-00001-of-00003.tfrecord"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    reader = open_source(str(made))
    reader.read(np.arange(26))
    message = r"train-00001-of-00003\.tfrecord record \d+: damaged \(its checksum is wrong\)"
    with pytest.raises(UserError, match=message):
        reader.read(np.arange(80))
    skipping = open_source(str(made), max_bad_files=1)
    skipping.read(np.arange(80))
    assert len(skipping.bad_files) == 1


def cut(made, path):
    path.write_bytes(path.read_bytes()[:-1])


def longer(made, path):
    path.write_bytes(path.read_bytes() + b"x")


def gone(made, path):
    path.unlink()


def no_index(made, path):
    path.with_name(f"{path.name}.index.npy").write_bytes(b"no index")


def index_of_something(made, path):
    np.save(path.with_name(f"{path.name}.index.npy"), np.zeros(3))


def of_another(made, path):
    other = made / "train-00000-of-00003.tfrecord"
    for name in (path.name, f"{path.name}.index.npy"):
        os.replace(other.with_name(name.replace("00001-of", "00000-of")), made / name)
    (made / "train-00000-of-00003.tfrecord").write_bytes(b"")


def damaged_json(made, path):
    (made / "prepared.json").write_text("{")


def later_version(made, path):
    content = json.loads((made / "prepared.json").read_text())
    (made / "prepared.json").write_text(json.dumps(content | {"version": 9}))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (cut, r"00001-of-00003\.tfrecord: truncated: it has [\d,]+ bytes, and its 27 records need"),
        (longer, r"00001-of-00003\.tfrecord\.index\.npy: does not match"),
        (gone, r"out: 1 of 3 shards are missing, such as train-00001-of-00003\.tfrecord;"),
        (no_index, r"index\.npy: damaged"),
        (index_of_something, r"index\.npy: not an index of records"),
        (of_another, r"out: 53 records in its train shards, not 80 as prepared\.json says"),
        (damaged_json, r"prepared\.json: damaged"),
        (later_version, r"prepared\.json: version 9, newer than 2; update tfgan-kit"),
    ],
)
def test_harmed_sets_are_refused_in_one_line(made, harm, message):
    harm(made, made / "train-00001-of-00003.tfrecord")
    with pytest.raises(UserError, match=message) as error:
        open_source(str(made))
    assert "\n" not in str(error.value)


def test_without_its_index_a_shard_is_looked_through(made, tmp_path):
    for path in made.glob("*.npy"):
        path.unlink()
    assert_same(made, tmp_path / "in")
