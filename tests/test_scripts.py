"""Commands as scripts call them: `--json`, `--quiet`, `--best`."""

import json
import shutil

import pytest

from tests.conftest import TINY
from tfgan_kit.machine.files import write_json


@pytest.fixture
def told(command):
    """Runs a command with --json; gives the object."""

    def run(*arguments):
        status, out, err = command(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    return run


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A run of images with best networks that are not the newest."""
    import main

    run = tmp_path_factory.mktemp("runs") / "images"
    flags = ["--width", "0.05", "--batch-size", "8", "--steps", "4", "--checkpoint-every", "2"]
    assert main.main(["train", "gan", *flags, "--run-dir", str(run), "--quiet"]) == 0
    shutil.copytree(run / "models", run / "best")
    assert main.main(["train", "--resume", str(run), "--steps", "6", "--quiet"]) == 0
    (run / "best").rename(run / "models" / "best")
    write_json({"step": 4, "value": 1.0}, run / "models" / "best" / "best.json")
    return run


def test_training_and_its_result(told, tmp_path):
    run = tmp_path / "run"
    shown = told("train", "gan", *TINY, "--steps", 3, "--dry-run")
    assert shown["settings"]["steps"] == 3
    assert set(shown["parameters"]) == {"generator", "discriminator"}
    done = told("train", "gan", *TINY, "--steps", 3, "--run-dir", run)
    assert (done["run_dir"], done["step"], done["report"]) == (str(run), 3, f"{run}/report.html")
    assert done["evaluation"] == json.loads((run / "evaluation.json").read_text())[-1]
    assert told("train", "--resume", run, "--steps", 4)["step"] == 4
    measured = told("evaluate", run, "--count", 100)
    assert (measured["step"], measured["count"]) == (4, 100)
    assert "modes" in measured["measures"]


def test_what_is_said_of_a_run(told, images, tmp_path):
    assert told("sample", images, "--count", 3, "--output", tmp_path / "a.png")["count"] == 3
    assert told("interpolate", images, "--output", tmp_path / "a.gif", "--rows", 2)["frames"] == 20
    assert told("report", images)["report"] == f"{images}/report.html"
    near = told("neighbours", images, "--count", 4)
    assert near["output"] == f"{images}/neighbours.png"
    assert len(near["nearest"]) == 4
    assert near["ratio"] == near["samples"]["median"] / near["held_out"]["median"]


def test_what_is_said_of_data_and_tables(told, tmp_path):
    seen = told("data", "inspect", "glyphs", "--output", tmp_path / "a.png")
    assert seen["shape"] == [32, 32, 1]
    assert sum(seen["classes"].values()) == seen["examples"]
    assert told("list", "methods")["gan"]["about"].startswith("one generator")


def test_quiet_commands_say_nothing(command, images, tmp_path):
    for arguments in (
        ("train", "gan", *TINY, "--steps", 2, "--run-dir", tmp_path / "run"),
        ("sample", images, "--output", tmp_path / "a.png"),
        ("evaluate", tmp_path / "run", "--count", 50),
        ("report", tmp_path / "run"),
        ("data", "inspect", "ring", "--output", tmp_path / "b.png"),
    ):
        assert command(*arguments, "--quiet") == (0, "", ""), arguments
    assert "finished 2 steps" in (tmp_path / "run" / "log.txt").read_text()


def test_errors_stay_on_standard_error(command):
    for how in ("--json", "--quiet"):
        status, out, err = command("sample", "nowhere", "--output", "a.png", how)
        assert (status, out) == (2, "")
        assert err == "error: there is no run directory nowhere\n"


def test_a_damaged_checkpoint_is_told_to_the_quiet_as_well(command, tmp_path):
    run = tmp_path / "run"
    flags = ["--steps", 4, "--checkpoint-every", 2, "--quiet"]
    assert command("train", "gan", *TINY, *flags, "--run-dir", run)[0] == 0
    (run / "checkpoints" / "ckpt-4.index").write_bytes(b"")
    status, out, err = command("evaluate", run, "--count", 50, "--quiet")
    assert (status, out) == (0, "")
    assert err.startswith("warning: checkpoint")
    assert err.count("\n") == 1


def test_the_best_networks_are_measured_and_exported(told, refused, images, tmp_path):
    metric = ["--metrics", "swd", "--count", 16]
    best, newest = (told("evaluate", images, *metric, *how) for how in (["--best"], []))
    assert (best["step"], newest["step"]) == (4, 6)
    assert best["measures"]["swd_mean"] != newest["measures"]["swd_mean"]
    entries = json.loads((images / "evaluation.json").read_text())
    assert {e["step"]: e["swd_mean"] for e in entries} == {
        4: best["measures"]["swd_mean"],
        6: newest["measures"]["swd_mean"],
    }
    # Samples of those networks, written as files and measured as such, are measured alike.
    told("sample", images, "--best", "--count", 16, "--output", tmp_path / "files")
    files = ["--real", "glyphs", "--fake", tmp_path / "files", "--image-size", 32, "--channels", 1]
    again = told("evaluate", *files, *metric)
    assert again["measures"]["swd_mean"] == pytest.approx(best["measures"]["swd_mean"], rel=1e-3)
    sums = {}
    for how in ("--best", "--score"):
        done = told("export", images, how, "--output", tmp_path / "models" / how[2:])
        metadata = json.loads((tmp_path / "models" / how[2:] / "1/metadata.json").read_text())
        assert done["step"] == metadata["steps"]
        sums[metadata["steps"]] = metadata["weights_sha256"]
    assert set(sums) == {4, 6}
    assert sums[4] != sums[6]


def test_best_where_none_was_kept(refused, tmp_path, command):
    run = tmp_path / "run"
    assert command("train", "gan", *TINY, "--steps", 2, "--run-dir", run)[0] == 0
    for arguments in (
        ("sample", run, "--output", tmp_path / "a.png"),
        ("evaluate", run),
        ("neighbours", run),
        ("export", run, "--output", tmp_path / "model"),
    ):
        assert "kept no best networks" in refused(*arguments, "--best")
    sources = ["--fake", "glyphs", "--real", "glyphs", "--metrics", "swd"]
    assert "--best is for a run" in refused("evaluate", *sources, "--best")
    (run / "models" / "best").mkdir()
    assert "generator.keras" in refused("sample", run, "--output", tmp_path / "a.png", "--best")


def test_what_neighbours_refuses(refused, images, tmp_path):
    assert "--layer needs --features" in refused("neighbours", images, "--layer", "x")
    assert "'vgg17-lpips'" in refused("neighbours", images, "--features", "vgg17-lpips")
    assert "no run directory" in refused("neighbours", tmp_path / "nowhere")
    assert "needs a whole number" in refused("neighbours", images, "--count", "few")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--grid", "4"], "ROWSxCOLUMNS, such as 4x8, not '4'"),
        (["--grid", "0x4"], "not '0x4'"),
        (["--grid", "4x4x4"], "not '4x4x4'"),
        (["--truncation", "none"], "a number above 0, not 'none'"),
        (["--truncation", "nan"], "a number above 0"),
    ],
)
def test_what_sample_does_not_take(refused, arguments, part):
    assert part in refused("sample", "run", "--output", "a.png", *arguments)
