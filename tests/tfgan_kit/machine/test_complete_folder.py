"""The folder of the maps is there as a whole or not at all."""

from pathlib import Path

import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, complete_folder


@pytest.mark.parametrize("empty", [False, True])
def test_a_folder_appears_once_it_is_complete(tmp_path, empty):
    path = tmp_path / "maps"
    if empty:
        path.mkdir()
    with complete_folder(path) as part:
        (part / "a").write_text("1")
        assert not (path / "a").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["maps"]
    assert (path / "a").read_text() == "1"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_of_a_folder_that_fails_nothing_is_left(tmp_path, error):
    def fill():
        with complete_folder(tmp_path / "maps") as part:
            (part / "a").write_text("1")
            raise error

    with pytest.raises(error):
        fill()
    assert not list(tmp_path.iterdir())


def test_parents_that_were_made_go_again_and_others_stay(tmp_path):
    def fill():
        with complete_folder(tmp_path / "there" / "made" / "too" / "maps"):
            raise ZeroDivisionError

    (tmp_path / "there").mkdir()
    with pytest.raises(ZeroDivisionError):
        fill()
    assert [each.name for each in tmp_path.iterdir()] == ["there"]
    assert not list((tmp_path / "there").iterdir())


def test_a_link_to_an_empty_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with complete_folder(tmp_path / "link") as part:
        (part / "a").write_text("1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a").read_text() == "1"
    assert {each.name for each in tmp_path.iterdir()} == {"link", "real"}


def test_a_mount_point_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    def fill():
        with complete_folder(tmp_path / "maps"):
            entered.append(True)

    entered = []
    (tmp_path / "maps").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "maps")
    with pytest.raises(UserError, match="maps is a mount point"):
        fill()
    assert not entered


def test_what_fails_inside_is_no_error_of_writing_unless_it_is_one(tmp_path):
    def fill(error):
        with complete_folder(tmp_path / "maps"):
            raise error

    memory = tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")
    for error in (memory, OSError("of an image")):
        with pytest.raises(type(error)) as found:
            fill(error)
        assert found.value is error
    with pytest.raises(NotWritten) as found:
        fill(NotWritten(tmp_path / ".maps.part" / "a.npy", "No space left on device"))
    assert str(found.value).startswith(f"{tmp_path / 'maps'}: cannot be written (No space")
