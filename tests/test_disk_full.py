"""A disk without room: one line with the path and how to go on, nothing half-written, nothing lost.

A limit on the size of files stands for the full disk. It is set while one thing is written, so that
each of them meets it where it would.
"""

import contextlib
import json
import re
import resource
import shutil
import zipfile

import numpy as np
import pytest
import tensorflow as tf

from tests.conftest import TINY
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tests.trainers.small import save_classifier
from tfgan_kit.engine import session
from tfgan_kit.engine.session import Session
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.cache import store
from tfgan_kit.evaluation.collect import Collected
from tfgan_kit.machine.files import NotWritten, make_folder, new_folder, write_bytes, writing
from tfgan_kit.pictures import drawing
from tfgan_kit.pictures.animations import write_animation
from tfgan_kit.runs import checkpoints
from tfgan_kit.runs.best import Best
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.runs.evaluations import Evaluations
from tfgan_kit.runs.journal import Journal

FLAGS = [*TINY, "--steps", 20, "--log-every", 5, "--sample-every", 10, "--checkpoint-every", 10]
FLAGS += ["--evaluate-every", 10, "--evaluate-count", 100, "--keep-best", "wasserstein"]


@contextlib.contextmanager
def no_room(limit=0):
    """No file can become longer than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A run that had room."""
    import main

    run = tmp_path_factory.mktemp("runs") / "straight"
    assert main.main(["train", "gan", *map(str, FLAGS), "--run-dir", str(run)]) == 0
    return run


def no_room_late(monkeypatch, place, name, *, limit=0, after=1):
    """Leaves a function no room, from some call of it on."""
    original, calls = getattr(place, name), []

    def without_room(*arguments):
        calls.append(1)
        with no_room(limit) if len(calls) > after else contextlib.nullcontext():
            return original(*arguments)

    monkeypatch.setattr(place, name, without_room)


@pytest.mark.parametrize(
    ("place", "name", "how", "path"),
    [
        # TensorFlow writes the data and the index, the kit the manifest, the third of its files.
        (Checkpoints, "_write", {}, "checkpoints/ckpt-20"),
        (Checkpoints, "_write", {"limit": 10_000}, "checkpoints/ckpt-20"),
        (checkpoints, "write_json", {}, "checkpoints/ckpt-20.json"),
        (Session, "_save", {"limit": 20_000}, "models/generator.keras"),
        (session, "draw_curves", {}, "curves.png"),
        (drawing, "write_samples", {"after": 2}, "samples/00000020.png"),
        (Journal, "line", {"after": 14}, "log.txt"),
        (Journal, "metrics", {"after": 2}, "metrics.csv"),
        (Journal, "_scalars", {"after": 2}, "tensorboard"),
        (Journal, "image", {"after": 2}, "tensorboard"),
        (Best, "offer", {"limit": 5_000}, "models/"),
        (Evaluations, "add", {}, "evaluation.json"),
    ],
)
def test_a_training_says_what_is_safe_and_goes_on_when_there_is_room(
    place, name, how, path, straight, refused, command, tmp_path, monkeypatch
):
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        if place is Best:
            patch.setattr(Best, "_is_better", lambda self, value: True)
        no_room_late(patch, place, name, **how)
        line = refused("train", "gan", *FLAGS, "--run-dir", run)
    assert line.startswith(f"error: {run / path}"), line
    assert "cannot be written (" in line
    safe = re.search(f"train --resume {run}, which goes on from step (10|20), which is safe", line)
    assert safe, line
    assert (run / "checkpoints" / f"ckpt-{safe[1]}.json").exists()
    names = {p.name for p in run.rglob("*")}
    assert not [n for n in names if "part" in n or "temp" in n or "-new" in n]
    for file in run.rglob("*.json"):
        json.loads(file.read_text())
    for file in run.rglob("*.keras"):
        assert zipfile.is_zipfile(file)
    status, _, err = command("train", "--resume", run)
    if "has finished 20 steps" not in err:  # Then only the curves were to come.
        assert (status, err) == (0, "")
    assert_same_run(straight, run)
    for same in ("evaluation.json", "samples/00000020.png", "models/best/best.json"):
        assert (run / same).read_bytes() == (straight / same).read_bytes()


def test_a_run_that_has_no_room_at_the_start_leaves_nothing(refused, command, tmp_path):
    run = tmp_path / "above" / "run"
    with no_room(200):
        line = refused("train", "gan", *FLAGS, "--run-dir", run)
    assert f"{run}: cannot be written (" in line
    assert "run the same command again" in line
    assert not run.exists()
    with no_room(3000):  # Enough for config.json.
        line = refused("train", "gan", *FLAGS, "--run-dir", run)
    assert f"train --resume {run}, which begins anew" in line
    assert command("train", "--resume", run)[0] == 0


@pytest.mark.parametrize(
    ("words", "output", "limit"),
    [
        (["sample", "--count", 8], "samples.png", 1000),
        (["sample", "--count", 800], "folder", 1000),
        (["report"], "report.html", 1000),
        (["export"], "model", 1000),
        (["export", "--format", "keras"], "model", 1000),
        (["data", "inspect", "glyphs"], "glyphs.png", 1000),
    ],
)
def test_a_command_can_be_run_again(words, output, limit, straight, refused, command, tmp_path):
    given = [straight] if words[0] != "data" else []
    command_line = [words[0], *given, *words[1:], "--output", tmp_path / output]
    with no_room(limit):
        line = refused(*command_line)
    assert f"{tmp_path / output}" in line
    assert re.search(r"cannot be written \([^()]*File too large\); make room", line), line
    assert "run the same command again" in line
    left = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert not left
    status, _, err = command(*command_line)
    assert (status, err) == (0, "")


def test_an_evaluation_is_not_written_by_half(straight, refused, command, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(straight, run)
    before = (run / "evaluation.json").read_bytes()
    with no_room(100):
        line = refused("evaluate", run, "--count", 50)
    assert f"{run}/evaluation.json: cannot be written (File too large); make room" in line
    assert (run / "evaluation.json").read_bytes() == before
    assert command("evaluate", run, "--count", 50)[0] == 0


def test_statistics_that_cannot_be_kept_cost_no_evaluation(tmp_path):
    said, collected = [], Collected(None)
    collected.features = np.zeros((100, 10))
    with no_room(1000):
        store(tmp_path / "cache" / "x.npz", collected, said.append)
    assert "x.npz cannot be kept (File too large)" in said[0]
    assert list((tmp_path / "cache").iterdir()) == []


def test_pruned_data_are_not_written_by_half(tmp_path, refused, command):
    classifier = save_classifier(tmp_path / "c.keras")
    words = ["data", "prune", "glyphs", "--classifier", classifier, "--threshold", 0.0]
    words += ["--output", tmp_path / "new" / "out.npz"]
    with no_room(1000):
        assert "out.npz: cannot be written (File too large)" in refused(*words)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("ending", ["gif", "mp4"])
def test_a_moving_picture_is_not_written_by_half(ending, tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (20, 64, 64, 3), np.uint8)
    path = tmp_path / f"walk.{ending}"
    with no_room(20_000), pytest.raises(NotWritten, match=r"walk\..* cannot be written \("):
        write_animation(frames, path)
    assert list(tmp_path.iterdir()) == []
    write_animation(frames, path)
    assert path.exists()


def test_a_folder_that_cannot_be_filled_is_empty_again(tmp_path):
    folder = tmp_path / "folder"
    with pytest.raises(NotWritten, match=r"folder: cannot be written \(File too large\)"):
        fill(folder)
    assert list(folder.iterdir()) == []


def fill(folder):
    with no_room(100), new_folder(folder):
        make_folder(folder / "below")
        write_bytes(b"x", folder / "below" / "a")
        write_bytes(b"x", folder / "b")
        write_bytes(b"x" * 200, folder / "c")


def test_errors_of_tensorflow_become_one_line(tmp_path):
    def fail():
        with writing(tmp_path / "x", "go on"):
            raise tf.errors.ResourceExhaustedError(None, None, "first\nsecond")

    with pytest.raises(NotWritten, match=r"x: cannot be written \(first second\).* and go on$"):
        fail()


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(KeyError), writing(tmp_path):
        raise KeyError
    with pytest.raises(UserError, match=r"^mine$"), writing(tmp_path):
        raise UserError("mine")
