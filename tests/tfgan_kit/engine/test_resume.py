"""Exact resume: an interrupted run ends bit for bit where an uninterrupted one does."""

import csv
import fcntl
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import termios
import time

import cv2
import numpy as np
import pytest
import tensorflow as tf

from tests.conftest import ROOT, TINY
from tfgan_kit.errors import UserError
from tfgan_kit.pictures import drawing
from trainers.generation.gan.trainer import GAN

STEPS = 300
# Checkpoints fall between log lines, so that half-filled means must survive, too.
FLAGS = ["--batch-size", "8", "--steps", STEPS, "--log-every", "35"]
FLAGS += ["--sample-every", "1000", "--checkpoint-every", "50"]
FLAGS += ["--label-flipping", "0.1", "--instance-noise", "0.1", "--instance-noise-steps", "200"]
FLAGS += ["--warmup-steps", "20"]
SYSTEM = ("images_per_second", "data_wait", "memory_mb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of 40 JPEGs."""
    path = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for i in range(40):
        blobs = cv2.resize(rng.integers(0, 256, (4, 4, 3), np.uint8), (32, 32))
        cv2.imwrite(str(path / f"{i}.jpg"), blobs)
    return path


def state(run_dir):
    """Every tensor of the newest checkpoint: weights, optimiser slots, averages."""
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(run_dir / "checkpoints")))
    names = [n for n in reader.get_variable_to_shape_map() if "OBJECT_GRAPH" not in n]
    assert len(names) > 20
    return {name: reader.get_tensor(name) for name in names}


def losses(run_dir):
    with open(run_dir / "metrics.csv") as file:
        return [{k: v for k, v in row.items() if k not in SYSTEM} for row in csv.DictReader(file)]


def assert_same_run(a, b):
    left, right = state(a), state(b)
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)
    assert losses(a) == losses(b)


def wait_for(path, process):
    for _ in range(18_000):
        if path.exists():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    raise AssertionError(f"{path} did not appear")


@pytest.mark.parametrize(("how", "status"), [("SIGKILL", -9), ("SIGTERM", 143)])
def test_killed_and_resumed_equals_straight(how, status, folder, command, start_process, tmp_path):
    data = ["--dataset", "glyphs", "--width", "0.05"]
    if how == "SIGTERM":
        data = ["--dataset", folder, "--augment", "flip,rotation=10,color"]
        data += ["--network", "mlp", "--width", "0.2", "--critic-steps", "2"]
    straight, stopped = tmp_path / "straight", tmp_path / "stopped"
    process = start_process("train", "gan", *data, *FLAGS, "--run-dir", stopped)
    wait_for(stopped / "checkpoints" / "ckpt-100.json", process)
    process.send_signal(getattr(signal, how))
    process.communicate(timeout=60)
    assert process.returncode == status
    assert not (stopped / "checkpoints" / f"ckpt-{STEPS}.json").exists(), "it had finished"
    assert command("train", "gan", *data, *FLAGS, "--run-dir", straight)[0] == 0
    status, _, err = command("train", "--resume", stopped)
    assert status == 0, err
    assert_same_run(straight, stopped)


@pytest.mark.parametrize(
    ("method", "flags", "networks"),
    [
        ("scogan", ["--feature-weight", 1, "--cycle-weight", 1], ["encoder"]),
        ("cogan", ["--adapt"], ["head", "source_only"]),
    ],
)
def test_an_interrupted_joint_method_equals_straight(method, flags, networks, command, tmp_path):
    """With an encoder or classifiers, dropout, and an order of its own for each domain."""
    flags = [*flags, "--width", "0.05", "--batch-size", 4, "--steps", 8, "--classifier-steps", 0]
    flags += ["--checkpoint-every", 5, "--log-every", 2, "--sample-every", 1000]
    straight, stopped = tmp_path / "straight", tmp_path / "stopped"
    assert command("train", method, *flags, "--run-dir", straight)[0] == 0
    shutil.copytree(straight, stopped)
    for path in (stopped / "checkpoints").glob("ckpt-8.*"):
        path.unlink()
    status, out, err = command("train", "--resume", stopped)
    assert status == 0, err
    assert "step 5 of 8" in out
    assert_same_run(straight, stopped)
    names = [name.split("/")[0] for name in state(stopped)]
    for network in ("generator", "discriminator", *networks):
        assert f"network_{network}" in names


@pytest.mark.parametrize("also", [None, signal.SIGTERM])
def test_ctrl_c_saves_and_says_how_to_go_on(start_process, tmp_path, also):
    run = tmp_path / "run"
    process = start_process("train", "gan", *TINY, "--steps", 10**6, "--run-dir", run)
    wait_for(run / "metrics.csv", process)
    process.send_signal(signal.SIGINT)
    if also:
        process.send_signal(also)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.count("\n") == 1, err
    assert f"train --resume {run}" in err
    step = int(err.split("stopped at step ")[1].split(",")[0])
    assert (run / "checkpoints" / f"ckpt-{step}.json").exists()
    assert (run / "models" / "generator.keras").exists()


def test_more_steps_equal_a_longer_run(command, tmp_path):
    short = [*TINY, *map(str, FLAGS)]
    short[short.index(str(STEPS))] = "80"  # neither a log line nor a checkpoint is due there
    assert command("train", "gan", *short, "--run-dir", tmp_path / "a")[0] == 0
    assert losses(tmp_path / "a")[-1]["step"] == "80"
    assert command("train", "--resume", tmp_path / "a", "--steps", 140)[0] == 0
    short[short.index("80")] = "140"
    assert command("train", "gan", *short, "--run-dir", tmp_path / "b")[0] == 0
    assert_same_run(tmp_path / "a", tmp_path / "b")


def test_a_broken_checkpoint_falls_back_to_the_one_before(command, tmp_path):
    flags = [*TINY, "--steps", 30, "--checkpoint-every", 10, "--log-every", 10]
    whole = tmp_path / "whole"
    assert command("train", "gan", *flags, "--run-dir", whole)[0] == 0
    before = state(whole)
    for name, spoil in [("cut", lambda b: b[: len(b) // 2]), ("bit", lambda b: b[:-9] + b"x" * 9)]:
        run = shutil.copytree(whole, tmp_path / name)
        data = run / "checkpoints" / "ckpt-30.data-00000-of-00001"
        data.write_bytes(spoil(data.read_bytes()))
        status, out, err = command("train", "--resume", run)
        assert status == 0, err
        assert "ckpt-30 is corrupted" in out
        assert "step 20 of 30" in out
        assert [row["step"] for row in losses(run)] == ["10", "20", "30"]
        after = state(run)
        for key, value in before.items():
            np.testing.assert_array_equal(after[key], value, err_msg=key)


def test_only_broken_checkpoints_are_refused(command, refused, tmp_path):
    run = tmp_path / "run"
    flags = [*TINY, "--steps", 10]
    assert command("train", "gan", *flags, "--run-dir", run)[0] == 0
    (run / "checkpoints" / "ckpt-10.index").write_bytes(b"")
    assert "none of the 1 checkpoints" in refused("train", "--resume", run, "--steps", 20)


def test_a_checkpoint_of_another_network_is_refused(command, refused, tmp_path):
    run = tmp_path / "run"
    assert command("train", "gan", *TINY, "--steps", 10, "--run-dir", run)[0] == 0
    config = run / "config.json"
    config.write_text(config.read_text().replace('"width": 0.1', '"width": 0.2'))
    files = sorted((run / "checkpoints").iterdir())
    message = refused("train", "--resume", run, "--steps", 20)
    assert "does not fit this run's networks" in message
    assert files == sorted((run / "checkpoints").iterdir())


def test_a_checkpoint_of_another_method_is_refused(command, refused, tmp_path):
    run = tmp_path / "run"
    assert command("train", "gan", *TINY, "--steps", 2, "--run-dir", run)[0] == 0
    manifest = run / "checkpoints" / "ckpt-2.json"
    manifest.write_text(manifest.read_text().replace('"method": "gan"', '"method": "cogan"'))
    message = refused("train", "--resume", run, "--steps", 4)
    assert "'cogan'" in message
    assert "'gan'" in message


def test_changed_data_are_noticed(command, refused, folder, tmp_path, monkeypatch):
    copy = tmp_path / "images"
    shutil.copytree(folder, copy)
    monkeypatch.chdir(tmp_path)
    flags = ["--network", "mlp", "--width", "0.1", "--batch-size", 4, "--steps", 2]
    run = tmp_path / "run"
    assert command("train", "gan", "--dataset", "folder:images", *flags, "--run-dir", run)[0] == 0
    monkeypatch.chdir("/")  # the run finds its data from anywhere
    assert command("train", "--resume", run, "--steps", 4)[0] == 0
    (copy / "0.jpg").unlink()
    before = (run / "config.json").read_bytes()
    message = refused("train", "--resume", run, "--steps", 6)
    assert "40 examples" in message
    assert "39 examples" in message
    assert (run / "config.json").read_bytes() == before


def test_foreign_and_damaged_files_in_a_run(command, refused, tmp_path):
    run = tmp_path / "run"
    flags = [*TINY, "--steps", 4, "--log-every", 2, "--run-dir", run]
    assert command("train", "gan", *flags)[0] == 0
    (run / "samples" / "best.png").write_bytes(b"mine")
    (run / "checkpoints" / "ckpt-old.json").write_text("mine")
    columns = "step,a/loss\n"
    for name, damages in (
        ("metrics.csv", ["not,what\nit,was\n", columns + "2\n", columns + "2,1,1\n"]),
        ("metrics.csv", [columns + "2,x\n", columns + "2,\xff\n"]),
        ("evaluation.json", ["not,what\nit,was\n", '{"a": 1}', "[1]", "[{}]"]),
    ):
        content = (run / name).read_text()
        for damage in damages:
            (run / name).write_bytes(damage.encode("latin-1"))
            assert f"{name} is damaged" in refused("train", "--resume", run, "--steps", 6)
            if name == "evaluation.json":
                assert f"{name} is damaged" in refused("evaluate", run)
        (run / name).write_text(content)
    assert command("train", "--resume", run, "--steps", 6)[0] == 0
    assert (run / "samples" / "best.png").read_bytes() == b"mine"


def test_a_signal_in_the_last_window_does_not_cut_the_end(command, tmp_path, monkeypatch):
    from tfgan_kit.engine.session import Session

    events = Session._events

    def and_signal(self, *arguments):
        events(self, *arguments)
        if self.step == 4:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(Session, "_events", and_signal)
    run = tmp_path / "run"
    assert command("train", "gan", *TINY, "--steps", 4, "--run-dir", run)[0] == 0
    names = {path.name for path in run.iterdir()}
    assert {"metrics.csv", "curves.png", "evaluation.json"} <= names


@pytest.mark.parametrize(("failing", "step"), [("draw", 40), ("evaluate", 80)])
def test_what_cannot_be_measured_does_not_cost_what_was_learned(
    failing, step, command, tmp_path, monkeypatch
):
    """Neither on the way nor at the end; and it is repeated."""
    monkeypatch.setattr(drawing, "POINTS", 100)
    flags = [*TINY, *map(str, FLAGS), "--evaluate-every", "40", "--evaluate-count", "100"]
    flags[flags.index(str(STEPS))] = "80"
    flags[flags.index("1000")] = "20"  # steps between samples
    straight, broken = tmp_path / "straight", tmp_path / "broken"
    assert command("train", "gan", *flags, "--run-dir", straight)[0] == 0

    original = getattr(GAN, failing)

    def fail(self, *arguments):
        if self.step == step:
            raise UserError("the file of it is gone")
        return original(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(GAN, failing, fail)
        status, out, err = command("train", "gan", *flags, "--run-dir", broken)
    assert (status, err) == (2, "error: the file of it is gone\n")
    assert f"step {step} is saved; `train --resume {broken}` repeats what failed" in out
    status, out, err = command("train", "--resume", broken)
    assert status == 0, err
    assert f"step {step} of 80" in out
    assert_same_run(straight, broken)
    for name in ("evaluation.json", "samples"):
        contents = []
        for run in (straight, broken):
            files = sorted(run.joinpath(name).rglob("*.png")) or [run / name]
            contents.append({file.name: file.read_bytes() for file in files})
        assert contents[0] == contents[1]
    status, _, err = command("train", "--resume", broken)
    assert (status, "has finished 80 steps" in err) == (2, True)


DECAYING = ["--schedule", "linear", "--warmup-steps", 2, "--instance-noise", 0.5]
DECAYING += ["--log-every", 5, "--sample-every", 1000, "--checkpoint-every", 10, "--batch-size", 8]


@pytest.fixture(scope="module")
def decayed(tmp_path_factory):
    """A run of 40 steps whose decays end with it."""
    import main

    run = tmp_path_factory.mktemp("decayed") / "run"
    arguments = ["train", "gan", *TINY, *DECAYING, "--steps", 40, "--run-dir", run]
    assert main.main([str(a) for a in arguments]) == 0
    return run


def settings(run):
    return json.loads((run / "config.json").read_text())["settings"]


def test_two_halves_equal_the_whole_with_the_same_end_of_the_decay(decayed, command, tmp_path):
    run = tmp_path / "run"
    ends = ["--decay-steps", 40, "--instance-noise-steps", 40]
    arguments = ["train", "gan", *TINY, *DECAYING, *ends, "--steps", 20, "--run-dir", run]
    assert command(*arguments)[0] == 0
    assert command("train", "--resume", run, "--steps", 40)[0] == 0
    assert_same_run(run, decayed)
    assert settings(run) == settings(decayed)


@pytest.mark.parametrize("old", [False, True])
def test_a_decay_ends_where_it_was_planned_to(old, decayed, command, tmp_path):
    """Also that of a run whose version did not store its end."""
    run = tmp_path / "run"
    shutil.copytree(decayed, run)
    if old:
        content = json.loads((run / "config.json").read_text())
        for name in ("rho", "momentum", "epsilon", "decay_steps", "instance_noise_steps"):
            del content["settings"][name]
        (run / "config.json").write_text(json.dumps(content))
    before = state(run)
    status, out, _ = command("train", "--resume", run, "--steps", 50)
    assert status == 0
    assert "warning: the learning rates fall to 0 at step 40 of 50" in out
    after = state(run)
    moved = {n for n, v in after.items() if n.startswith("network_") and (v != before[n]).any()}
    assert not moved, "the rate was above 0"
    assert any((after[n] != before[n]).any() for n in after if n.startswith("optimizer_"))
    fixed = {"steps": 50, "decay_steps": 40, "instance_noise_steps": 40}
    assert {name: settings(run)[name] for name in fixed} == fixed


@pytest.mark.parametrize("nohup", [False, True])
def test_a_closing_terminal_saves_unless_it_is_ignored(nohup, tmp_path):
    run, (master, slave) = tmp_path / "run", pty.openpty()

    def take_terminal():
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)

    steps = 600 if nohup else 10**6
    words = ["train", "gan", *TINY, "--steps", steps, "--log-every", 50, "--run-dir", run]
    process = subprocess.Popen(
        [sys.executable, "main.py", *map(str, words)],
        cwd=ROOT,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=take_terminal,
    )
    try:
        os.close(slave)
        while not (run / "metrics.csv").exists():
            os.read(master, 4096)
        os.close(master)  # The terminal is gone, and the system sends the signal.
        assert process.wait(120) == (0 if nohup else 128 + signal.SIGHUP)
    finally:
        process.kill()
    log = (run / "log.txt").read_text()
    assert ("finished 600 steps" in log) == nohup
    assert list((run / "checkpoints").glob("ckpt-*.json"))
    if not nohup:
        step = int(log.split("stopped at step ")[1].split(",")[0])
        assert (run / "checkpoints" / f"ckpt-{step}.json").exists()
