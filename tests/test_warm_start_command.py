"""Warm start and FreezeD from the command line: told, refused in time, and resumed exactly."""

import shutil

import pytest

from tests.tfgan_kit.engine.test_resume import assert_same_run, state

SMALL = ["--dataset", "glyphs", "--width", "0.05", "--batch-size", "8", "--log-every", "2"]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    import main

    run = tmp_path_factory.mktemp("runs") / "source"
    assert main.main(["train", "gan", *SMALL, "--steps", "2", "--run-dir", str(run)]) == 0
    return run


def test_it_is_told_and_resumed_without_the_source(source, command, tmp_path):
    gone = shutil.copytree(source, tmp_path / "gone")
    flags = [*SMALL, "--init-from", gone, "--freeze-discriminator", 2]
    straight, stopped = tmp_path / "straight", tmp_path / "stopped"
    status, out, err = command("train", "gan", *flags, "--steps", 6, "--run-dir", straight)
    assert status == 0, err
    for text in (
        "frozen    of the discriminator: conv_1, conv_2, norm_2\n",
        f"init      generator from {gone}, step 2: 7 of 7 layers",
        "  copied  conv_1, conv_2, norm_2, conv_3, norm_3, logits\n",
        f"init_from={gone}",
    ):
        assert text in out
        assert text in (straight / "log.txt").read_text()
    assert command("train", "gan", *flags, "--steps", 3, "--run-dir", stopped)[0] == 0
    shutil.rmtree(gone)
    status, out, err = command("train", "--resume", stopped, "--steps", 6)
    assert status == 0, err
    assert "init      " not in out
    assert_same_run(straight, stopped)
    # What is frozen is still what the source had.
    theirs, ours = state(source), state(straight)
    kernel = "network_discriminator/0/.ATTRIBUTES/VARIABLE_VALUE"
    assert (theirs[kernel] == ours[kernel]).all()


def test_a_run_killed_before_its_first_checkpoint_begins_again(source, command, tmp_path):
    run = tmp_path / "run"
    flags = [*SMALL, "--steps", 2, "--init-generator", source / "models" / "generator.keras"]
    assert command("train", "gan", *flags, "--run-dir", run)[0] == 0
    first = state(run)
    for folder in ("checkpoints", "models"):
        shutil.rmtree(run / folder)
        (run / folder).mkdir()
    status, out, err = command("train", "--resume", run)
    assert status == 0, err
    assert "init      generator from" in out
    second = state(run)
    assert all((first[name] == second[name]).all() for name in first)


def test_a_dry_run_tells_it_too(source, command):
    status, out, _ = command("train", "gan", *SMALL, "--init-from", source, "--dry-run")
    assert status == 0
    assert "init      discriminator from" in out


def test_what_is_refused_leaves_no_run(source, refused, tmp_path):
    run = tmp_path / "run"
    line = refused("train", "gan", *SMALL, "--init-from", tmp_path / "none", "--run-dir", run)
    assert "there is no run directory" in line
    line = refused(
        "train", "gan", *SMALL, "--network", "mlp", "--init-generator", source, "--run-dir", run
    )
    assert "no layer of it fits this run's generator (hidden_1: not there)" in line
    assert not run.exists()
    line = refused("train", "classifier", *SMALL, "--init-generator", source)
    assert "unknown argument '--init-generator'" in line


def test_a_classifier_begins_with_another(source, command, refused, tmp_path):
    flags = [*SMALL, "--steps", 1]
    assert command("train", "classifier", *flags, "--run-dir", tmp_path / "a")[0] == 0
    status, out, _ = command(
        "train", "classifier", *flags, "--init-from", tmp_path / "a", "--run-dir", tmp_path / "b"
    )
    assert status == 0
    assert "init      classifier from" in out
    line = refused("train", "classifier", *flags, "--init-from", source)
    assert f"{source}: no layer of it fits this run's classifier" in line
