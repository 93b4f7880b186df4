"""The command line as its users meet it: what it says, and how it refuses."""

import json
import re
import shutil

import cv2
import numpy as np
import pytest

from tests.conftest import TINY
from tests.damaged import DAMAGES, missing


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    """A small finished run on glyphs."""
    import main

    path = tmp_path_factory.mktemp("runs") / "run"
    flags = ["--width", "0.05", "--batch-size", "8", "--steps", "4", "--log-every", "2"]
    assert main.main(["train", "gan", *flags, "--sample-every", "2", "--run-dir", str(path)]) == 0
    return path


@pytest.mark.parametrize("what", ["methods", "datasets", "pairs", "presets", "metrics", "features"])
def test_list(command, what):
    status, out, _ = command("list", what)
    assert status == 0
    said = json.loads(command("list", what, "--json")[1])
    if what == "presets":
        rows = [row for of_method in said.values() for row in of_method.items()]
    else:
        rows = [(k, v["about"] if what == "methods" else v) for k, v in said.items()]
    assert rows
    lines = [line for line in out.splitlines() if "  " in line.strip()]
    # Of methods, what their runs can do comes last.
    cells = [re.split(r"\s{2,}", line.strip())[:2] for line in lines]
    assert [tuple(row) for row in cells] == rows
    begins = {line.index(about) for line, (_, about) in zip(lines, rows, strict=True)}
    assert len(begins) == 1
    assert max(len(name) for name, _ in rows) + 2 <= begins.pop()


def test_methods_are_listed_by_family_and_presets_by_method(command):
    _, out, _ = command("list", "methods")
    families = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert {"generation", "joint", "classification"} <= set(families)
    assert re.search(r"^joint\n  cogan .*\n  scogan .*$", out, flags=re.MULTILINE)
    assert json.loads(command("list", "methods", "--json")[1])["scogan"]["family"] == "joint"
    presets = json.loads(command("list", "presets", "--json")[1])
    assert "demo" in presets["scogan"]
    assert "demo" not in presets["gan"]


def test_a_run_directory_holds_what_it_should(run_dir):
    names = {p.relative_to(run_dir).as_posix() for p in run_dir.rglob("*")}
    assert {
        "config.json",
        "log.txt",
        "metrics.csv",
        "curves.png",
        "real.png",
        "samples/00000000.png",
        "samples/00000002.png",
        "samples/00000004.png",
        "models/generator.keras",
        "models/discriminator.keras",
        "checkpoints/checkpoint",
        "checkpoints/ckpt-4.index",
    } <= names
    assert any(name.startswith("tensorboard/events") for name in names)
    assert not [name for name in names if name.endswith(".part")]
    settings = json.loads((run_dir / "config.json").read_text())["settings"]
    assert (settings["image_size"], settings["channels"], settings["steps"]) == ([32, 32], 1, 4)
    header, *rows = (run_dir / "metrics.csv").read_text().splitlines()
    assert header.split(",")[0] == "step"
    assert [row.split(",")[0] for row in rows] == ["2", "4"]
    last = (run_dir / "log.txt").read_text().splitlines()[-1]
    assert last.startswith("finished 4 steps")
    assert f"{run_dir}/samples/00000004.png" in last


def test_latest_checkpoint_is_found_by_tensorflow(run_dir):
    import tensorflow as tf

    found = tf.train.latest_checkpoint(str(run_dir / "checkpoints"))
    assert found.endswith("ckpt-4")
    assert tf.train.list_variables(found)


def test_tensorboard_events_hold_the_rows(run_dir):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run_dir / "tensorboard"), {"tensors": 0}).Reload()
    steps = [event.step for event in events.Tensors("generator/loss")]
    assert steps == [2, 4]
    assert [event.step for event in events.Tensors("samples")] == [0, 2, 4]


def test_sample_grid_and_folder(command, run_dir, tmp_path):
    assert command("sample", run_dir, "--count", 6, "--output", tmp_path / "a.png")[0] == 0
    grid = cv2.imread(str(tmp_path / "a.png"))
    assert grid.shape == (2 * 34 + 2, 3 * 34 + 2, 3)
    assert command("sample", run_dir, "--count", 6, "--output", tmp_path / "b")[0] == 0
    images = sorted((tmp_path / "b").iterdir())
    assert [p.name for p in images] == [f"{i:06d}.png" for i in range(6)]
    first = cv2.imread(str(images[0]))
    np.testing.assert_array_equal(first, grid[2:34, 2:34])


def test_sample_is_a_function_of_the_seed(command, run_dir, tmp_path):
    for name, seed in [("a", 5), ("b", 5), ("c", 6)]:
        command(
            "sample", run_dir, "--count", 4, "--seed", seed, "--output", tmp_path / f"{name}.png"
        )
    a, b, c = ((tmp_path / f"{name}.png").read_bytes() for name in "abc")
    assert a == b != c


def test_interpolate(command, run_dir, tmp_path):
    flags = ["--rows", 3, "--columns", 5]
    assert command("interpolate", run_dir, *flags, "--output", tmp_path / "a.png")[0] == 0
    assert cv2.imread(str(tmp_path / "a.png")).shape == (3 * 34 + 2, 5 * 34 + 2, 3)
    assert command("interpolate", run_dir, *flags, "--output", tmp_path / "a.gif")[0] == 0
    from PIL import Image

    assert Image.open(tmp_path / "a.gif").n_frames == 15


def test_dry_run_writes_nothing(command, tmp_path):
    flags = ["--width", "0.05", "--dry-run", "--run-dir", tmp_path / "run"]
    status, out, _ = command("train", "gan", *flags)
    assert status == 0
    assert "\n  optimiser\n" in out
    assert re.search(r"\n  optimiser\n(    \w+ = .*\n)*    batch_size = 64\n", out)
    assert out.count("batch_size = ") == 1
    assert "Total params" in out
    assert "MB" in out
    assert not (tmp_path / "run").exists()


def test_a_run_tells_apart_who_set_its_settings(command, tmp_path, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)  # Its folder would be derived, too.
    run = tmp_path / "run"
    flags = ["--preset", "glyphs-dcgan", "--width", "0.05", "--batch-size", "8", "--steps", "2"]
    assert command("train", "gan", *flags, "--run-dir", run)[0] == 0
    assert command("train", "--resume", run, "--steps", "3")[0] == 0
    heads = ("you set ", "preset ", "file ", "derived ", "changed ")
    lines = [x for x in (run / "log.txt").read_text().splitlines() if x.startswith(heads)]
    for steps, begun in ((2, lines[:3]), (3, lines[3:])):
        assert begun == [
            f"you set   steps={steps} batch_size=8 width=0.05",
            "preset    glyphs-dcgan: sample_every=250",
            "derived   image_size=32 channels=1",
        ]
    status, out, _ = command("train", "gan", "--config", run / "config.json", "--dry-run")
    assert status == 0
    assert f"\nfile      {run}/config.json: steps=3 batch_size=8 " in out


def test_config_replays_a_run(command, run_dir, tmp_path):
    path = tmp_path / "again"
    assert command("train", "gan", "--config", run_dir / "config.json", "--run-dir", path)[0] == 0
    assert (path / "config.json").read_text() == (run_dir / "config.json").read_text()
    loss = [
        p.read_text().splitlines()[-1].split(",")[1:3]
        for p in (run_dir / "metrics.csv", path / "metrics.csv")
    ]
    assert loss[0] == loss[1]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["trian"], ["unknown command 'trian'", "'train'"]),
        (["train", "gna"], ["unknown method 'gna'", "'gan'"]),
        (["train"], ["METHOD", "--resume"]),
        (
            ["train", "demo"],
            ["demo is a preset of scogan: `", "main.py train scogan --preset demo`"],
        ),
        (["train", "--preset", "demo"], ["`python main.py train scogan --preset demo`"]),
        (["train", "--steps", "5", "--preset=demo"], ["main.py train scogan --preset demo`"]),
        (["train", "--preset", "dmeo"], ["there is no preset 'dmeo'", "'demo'"]),
        (["train", "--resume", "x", "--preset", "demo"], ["does not take '--preset'"]),
        (
            ["train", "gan", "--preset", "demo"],
            ["gan has no preset 'demo'", "train scogan --preset"],
        ),
        (["train", "gan", "--learning-rate", "1"], ["it is --generator-lr and --discriminator-lr"]),
        (["list"], ["list needs one of methods, datasets, pairs, presets, metrics, features"]),
        (["list", "preset"], ["'preset'", "'presets'"]),
        (["train", "gan", "--stpes", "5"], ["'--stpes'", "'--steps'"]),
        (["train", "gan", "--preset", "dcgann"], ["'dcgann'", "'dcgan'"]),
        (["train", "gan", "--dataset", "glifs"], ["'glifs'", "'glyphs'"]),
        (["train", "gan", "--dataset", "nowhere/at/all"], ["nowhere/at/all"]),
        (
            ["train", "gan", "--dataset", "glyph_edge2colour"],
            ["glyph_edge2colour has the fields input, target, label", "single images"],
        ),
        (
            ["train", "cgan", "--dataset", "glyph_scene"],
            ["glyph_scene has the fields ids, instances, target", "single images"],
        ),
        (
            ["train", "cogan", "--dataset", "glyphs,glyph_sides"],
            ["glyph_sides has the fields input, reference, parts, target", "single images"],
        ),
        (
            ["train", "gan", "--dataset", "mnist", "--data-dir", "nowhere"],
            ["data directory", "nowhere"],
        ),
        (["train", "gan", "--steps", "0"], ["--steps", "at least 1"]),
        (["train", "gan", "--steps", "many"], ["--steps", "many"]),
        (["train", "gan", "--batch-size", "-3"], ["--batch-size", "at least 1"]),
        (["train", "gan", "--batch-size", "60001"], ["60000", "--batch-size"]),
        (["train", "gan", "--generator-lr", "nan"], ["--generator-lr", "nan"]),
        (["train", "gan", "--width", "inf"], ["--width", "finite"]),
        (["train", "gan", "--seed", str(2**64)], ["--seed", "at most"]),
        (["train", "gan", "--resume", "x"], ["--resume takes no method"]),
        (["train", "--resume", "x", "--batch-size", "3"], ["--steps", "'--batch-size'"]),
        (["train", "--resume", "x", "--steps", "0"], ["--steps", "at least 1"]),
        (["sample", "x", "--count", "abc", "--output", "a.png"], ["--count", "'abc'"]),
        (["sample", "x", "--count", str(10**12), "--output", "a"], ["--count", "at most"]),
        (["data", "inspect", "ring", "--seed", "-1"], ["--seed", "at least 0"]),
        (["data", "inspect", "ring", "--output", "a.foo"], ["a.foo", ".png"]),
        (["train", "gan", "--width", "0"], ["--width", "greater than 0"]),
        (["train", "gan", "--loss", "hinged"], ["'hinged'", "'hinge'"]),
        (["train", "gan", "--image-size", "48"], ["48", "32"]),
        (["train", "gan", "--channels", "2"], ["--channels", "2"]),
        (["train", "gan", "--augment", "flop"], ["'flop'", "'flip'"]),
        (["train", "gan", "--diffaugment", "colour"], ["'colour'", "'color'"]),
        (["train", "gan", "--devices", "tpu:0"], ["tpu:0"]),
        (["train", "gan", "--devices", "gpu:9"], ["gpu:9", "GPUs"]),
        (["train", "gan", "--devices", "cpu:0,cpu:1", "--jit"], ["--jit", "--devices"]),
        (["train", "gan", "--config", "nowhere.json"], ["nowhere.json"]),
        (["train", "--resume", "nowhere"], ["nowhere"]),
        (["sample", "nowhere", "--output", "a.png"], ["nowhere"]),
        (["interpolate", "nowhere", "--output", "a.txt"], ["a.txt"]),
        (["list", "everything"], ["everything"]),
        (["data", "inspect", "mnits"], ["'mnits'", "'mnist'"]),
    ],
)
def test_bad_input_is_one_line(refused, arguments, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)
    message = refused(*arguments)
    for part in parts:
        assert part in message
    assert not list(tmp_path.iterdir()), "a refused command left something behind"


def write_config(path, method="gan", **settings):
    path.write_text(json.dumps({"method": method, "settings": settings}))
    return path


def test_config_files_are_checked(refused, tmp_path):
    unknown = write_config(tmp_path / "a.json", step=5)
    assert "'step'; did you mean 'steps'" in refused("train", "gan", "--config", unknown)
    wrong = write_config(tmp_path / "b.json", steps="five")
    assert "--steps needs a value of type int" in refused("train", "gan", "--config", wrong)
    other = write_config(tmp_path / "c.json", method="cogan")
    assert "'cogan'" in refused("train", "gan", "--config", other)
    (tmp_path / "d.json").write_text("{")
    assert "not a readable JSON" in refused("train", "gan", "--config", tmp_path / "d.json")


def test_run_directories_are_protected(refused, run_dir, tmp_path):
    before = {p: p.read_bytes() for p in run_dir.rglob("*") if p.is_file()}
    assert "already holds a run" in refused("train", "gan", *TINY, "--run-dir", run_dir)
    assert "has finished 4 steps" in refused("train", "--resume", run_dir)
    assert "has finished 4 steps" in refused("train", "--resume", run_dir, "--steps", 3)
    assert before == {p: p.read_bytes() for p in run_dir.rglob("*") if p.is_file()}
    (tmp_path / "letter.txt").write_text("dear")
    assert "not a run" in refused("train", "gan", *TINY, "--run-dir", tmp_path)
    assert "config.json" in refused("train", "--resume", tmp_path)
    assert "is a file" in refused("train", "gan", *TINY, "--run-dir", tmp_path / "letter.txt")


def test_a_run_in_use_is_left_alone(refused, run_dir):
    from tfgan_kit.runs.run_dir import RunDir

    run = RunDir.open(run_dir)
    run.lock()
    assert "in use" in refused("train", "--resume", run_dir, "--steps", "9")
    run.unlock()


def test_sample_does_not_overwrite_a_folder(refused, run_dir, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    assert "exists already" in refused("sample", run_dir, "--output", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_outputs_that_cannot_be_written_are_one_line(refused, run_dir, tmp_path):
    (tmp_path / "taken.png").mkdir()
    for command in (["sample", run_dir], ["interpolate", run_dir], ["data", "inspect", "ring"]):
        assert "taken.png" in refused(*command, "--output", tmp_path / "taken.png")
    (tmp_path / "file").write_text("x")
    assert "file" in refused("sample", run_dir, "--output", tmp_path / "file" / "a.png")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken.png"]


def test_broken_model_is_one_line(refused, tmp_path):
    (tmp_path / "config.json").write_text(
        json.dumps({"method": "gan", "settings": {"seed": 0, "latent": "normal", "latent_size": 4}})
    )
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace("latent_size", "latent_length"))
    assert "latent_size" in refused("sample", tmp_path, "--output", tmp_path / "a.png")
    (tmp_path / "config.json").write_text(config)
    assert "no generator.keras yet" in refused("sample", tmp_path, "--output", tmp_path / "a.png")


@pytest.mark.parametrize("damage", [d for d in DAMAGES if d is not missing])
def test_a_damaged_generator_is_one_line(damage, refused, run_dir, tmp_path):
    run = shutil.copytree(run_dir, tmp_path / "run")
    file = run / "models" / "generator.keras"
    damage(file)
    message = refused("sample", run, "--output", tmp_path / "a.png")
    assert f"{file}: cannot be loaded (" in message
    assert "; name a .keras file" in message
    assert not (tmp_path / "a.png").exists()


def folder_of_images(path, sizes):
    path.mkdir()
    rng = np.random.default_rng(0)
    for i, size in enumerate(sizes):
        cv2.imwrite(str(path / f"{i:03d}.png"), rng.integers(0, 256, (size, size, 3), np.uint8))
    return path


def test_image_folders_that_cannot_be_trained_on(refused, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    run = ["--run-dir", tmp_path / "run", "--width", "0.05", "--batch-size", "4"]
    assert "empty" in refused("train", "gan", "--dataset", empty, *run)
    mixed = folder_of_images(tmp_path / "mixed", [32, 40, 32, 48])
    assert "--image-size" in refused("train", "gan", "--dataset", mixed, *run)
    broken = folder_of_images(tmp_path / "broken", [32] * 8)
    (broken / "003.png").write_bytes((broken / "003.png").read_bytes()[:200])
    assert "003.png" in refused("train", "gan", "--dataset", broken, *run, "--steps", "4")


def test_bad_files_are_skipped_up_to_the_limit(command, tmp_path):
    broken = folder_of_images(tmp_path / "broken", [32] * 8)
    (broken / "003.png").write_bytes(b"")
    run = ["--run-dir", tmp_path / "run", "--width", "0.05", "--batch-size", "4", "--steps", "4"]
    status, _, err = command("train", "gan", "--dataset", broken, *run, "--max-bad-files", "1")
    assert status == 0, err


def test_a_diverging_run_stops_and_keeps_its_checkpoint(command, tmp_path):
    run = tmp_path / "run"
    flags = ["--optimizer", "sgd", "--discriminator-lr", "0.01", "--loss", "least_squares"]
    assert command("train", "gan", *TINY, *flags, "--steps", 3, "--run-dir", run)[0] == 0
    checkpoints = {p: p.read_bytes() for p in (run / "checkpoints").iterdir()}
    config = run / "config.json"
    config.write_text(
        config.read_text().replace('"discriminator_lr": 0.01', '"discriminator_lr": 1e20')
    )
    config.write_text(
        config.read_text().replace('"checkpoint_every": 1000', '"checkpoint_every": 1')
    )
    status, _, err = command("train", "--resume", run, "--steps", 60)
    assert status == 1
    assert err.count("\n") == 1
    assert "no longer finite at step" in err
    assert "discriminator/" in err or "generator/" in err or "variable" in err
    assert "lower the learning rates" in err
    assert "no longer finite" in (run / "log.txt").read_text()
    import tensorflow as tf

    newest = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(run / "checkpoints")))
    names = [n for n in newest.get_variable_to_shape_map() if "OBJECT_GRAPH" not in n]
    assert all(np.isfinite(newest.get_tensor(n)).all() for n in names)
    for path in checkpoints:
        if path.name.startswith("ckpt-3."):
            assert path.read_bytes() == checkpoints[path]
