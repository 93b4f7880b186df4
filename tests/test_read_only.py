"""A run that may only be read: what can be done without writing to it works, the rest says how."""

import json
import shutil

import pytest

from tests.conftest import TINY
from tests.read_only import read_only
from tests.test_joint_commands import write_run
from tfgan_kit.runs.run_dir import RunDir

FLAGS = [*TINY, "--steps", 20, "--log-every", 10, "--checkpoint-every", 10, "--sample-every", 20]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    import main

    run = tmp_path_factory.mktemp("runs") / "points"
    assert main.main(["train", "gan", *map(str, FLAGS), "--run-dir", str(run)]) == 0
    return run


@pytest.fixture
def run(trained, tmp_path):
    """A finished run whose directory is read-only, with a lock file."""
    path = tmp_path / "run"
    shutil.copytree(trained, path)
    with read_only(path):
        yield path


def test_measures_are_printed_or_stored_elsewhere(run, command, tmp_path):
    status, out, err = command("evaluate", run, "--count", 50)
    assert (status, err) == (0, "")
    assert f"not stored: {run} is read-only; --output FILE.json stores them elsewhere" in out
    file = tmp_path / "measures.json"
    status, out, err = command("evaluate", run, "--count", 50, "--output", file)
    assert (status, err) == (0, "")
    assert "not stored" not in out
    stored = json.loads(file.read_text())
    assert stored["step"] == 20
    assert stored["samples"] == 50


def test_a_damaged_checkpoint_stays_as_it_is(trained, command, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    (tmp_path / "run" / "checkpoints" / "ckpt-20.index").write_bytes(b"damaged")
    with read_only(tmp_path / "run"):
        status, out, _ = command("evaluate", tmp_path / "run", "--count", 50)
    assert status == 0
    assert "step 10, 50 samples" in out


def test_a_run_without_a_lock_file_is_measured(trained, command, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    (tmp_path / "run" / ".lock").unlink()
    with read_only(tmp_path / "run"):
        assert command("evaluate", tmp_path / "run", "--count", 50)[0] == 0


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["sample", "--count", 8], "samples.png"),
        (["interpolate"], "walks.png"),
        (["export"], "model"),
        (["report"], "report.html"),
    ],
)
def test_what_writes_elsewhere_works(words, output, run, command, tmp_path):
    name, *rest = words
    if name == "interpolate":
        run = write_run(tmp_path / "images", "gan", step=5)
    with read_only(run):
        status, _, err = command(name, run, *rest, "--output", tmp_path / output)
    assert (status, err) == (0, "")
    assert (tmp_path / output).exists()


@pytest.mark.parametrize(
    ("name", "file"), [("report", "report.html"), ("neighbours", "neighbours.png")]
)
def test_what_writes_into_the_run_asks_for_an_output(name, file, run, refused):
    line = refused(name, run)
    assert line == f"error: {run} is read-only; say with --output where to write {file}"


def test_a_training_asks_for_a_copy(run, refused):
    line = refused("train", "--resume", run, "--steps", 30)
    assert line == (
        f"error: {run} is read-only; copy it to a folder that you may write to, and use the copy"
    )


def test_a_new_run_in_a_read_only_folder(refused, tmp_path):
    with read_only(tmp_path):
        line = refused("train", "gan", *FLAGS, "--run-dir", tmp_path / "run")
    assert f"{tmp_path / 'run'}: cannot be written (Read-only file system)" in line
    assert "allow writing there, or choose another folder, and run the same command again" in line


def test_a_run_that_is_trained_elsewhere_is_in_use(trained, refused, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    trains = RunDir(tmp_path / "run")
    trains.lock()
    with trains, read_only(tmp_path / "run"):
        assert "is in use by another process" in refused("evaluate", tmp_path / "run")


def test_an_output_that_cannot_be_written_is_refused_before_the_work(run, refused, tmp_path):
    (tmp_path / "closed").mkdir()
    with read_only(tmp_path / "closed"):
        line = refused("evaluate", run, "--output", tmp_path / "closed" / "m.json")
    assert "give a .json in a folder that exists and that you may write to" in line
