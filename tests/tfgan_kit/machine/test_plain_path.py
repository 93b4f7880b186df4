"""Folders that a library cannot name are reached under another name."""

import os

import pytest
import tensorflow as tf

from tfgan_kit.machine.plain_path import plain_folder

NAMES = ["plain", "[v1]", "a*b", "a?b", "a\\b", "{a,b}", "100%d", "two\nlines", "caf\udce9", "a b"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("linux", [True, False])
def test_checkpoints_and_records_go_in_and_out(name, linux, tmp_path, monkeypatch):
    if not linux:
        there = os.path.isdir
        monkeypatch.setattr(os.path, "isdir", lambda p: "/proc/" not in str(p) and there(p))
    folder = tmp_path / name
    folder.mkdir()
    # Beside it lies what the name would match if it were a pattern.
    (tmp_path / "axb").mkdir()
    variable = tf.Variable([1.0, 2.0])
    checkpoint = tf.train.Checkpoint(v=variable)
    with plain_folder(folder) as plain:
        checkpoint.write(f"{plain}/ckpt-1")
        variable.assign([0.0, 0.0])
        checkpoint.read(f"{plain}/ckpt-1").assert_consumed()
        with tf.io.TFRecordWriter(f"{plain}/r") as writer:
            writer.write(b"record")
    assert variable.numpy().tolist() == [1.0, 2.0]
    assert {p.name for p in folder.iterdir()} >= {"ckpt-1.index", "r"}
    assert not list((tmp_path / "axb").iterdir())
    assert (plain == str(folder)) == (name in ("plain", "a b"))
    assert plain == str(folder) or not os.path.exists(plain)


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(FileNotFoundError), plain_folder(tmp_path / "[no]"):
        pass
