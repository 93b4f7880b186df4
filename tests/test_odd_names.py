"""Names may hold what a file system takes: patterns, line breaks, bytes that are no text."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.conftest import ROOT, TINY

# Signs of patterns, a line break, a sequence that colours a terminal, and a byte that is not UTF-8.
ODD = "a [v1]\\b*?\n{c},d%d\x1b[31m\udce9"


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / f"{ODD} images"
    folder.mkdir()
    for k in range(16):
        with open(folder / f"{ODD}{k}.png", "wb") as file:
            Image.fromarray(np.full((32, 32, 3), 15 * k, np.uint8)).save(file, "PNG")
    return folder


def test_a_run_of_any_name_goes_on_and_is_used(command, tmp_path):
    run = tmp_path / ODD / ODD
    first = ["train", "gan", *TINY, "--steps", 2]
    for arguments in (
        [*first, "--run-dir", run],
        ["train", "--resume", run, "--steps", 3],
        ["evaluate", run, "--count", 20],
        [*first, "--init-from", run, "--run-dir", tmp_path / f"{ODD} next"],
        ["export", run, "--output", tmp_path / f"{ODD} model"],
    ):
        status, out, err = command(*arguments)
        assert (status, err) == (0, ""), arguments
        assert "\x1b" not in out
    assert "finished 3 steps" in (run / "log.txt").read_text(encoding="utf-8")
    assert any("events" in name for name in os.listdir(run / "tensorboard"))
    assert (tmp_path / f"{ODD} model" / "1" / "saved_model.pb").exists()


def test_data_of_any_name_are_prepared_and_read(images, command, tmp_path):
    shards, grid = tmp_path / f"{ODD} shards", tmp_path / "grid.png"
    assert command("data", "prepare", images, "--output", shards)[0] == 0
    for name in (images, shards, next(shards.glob("*.tfrecord"))):
        status, out, err = command("data", "inspect", name, "--output", grid)
        assert (status, err) == (0, ""), name
        assert "16 examples" in out
    status, out, err = command(
        "train", "gan", "--dataset", images, "--width", 0.05, "--batch-size", 8, "--dry-run"
    )
    assert (status, err) == (0, "")


def test_commas_in_paths_part_no_domains(images, tmp_path):
    from data.feeds.pairs import domain_names
    from data.registry import absolute_name

    assert domain_names(f"glyphs,{images}") == ("glyphs", str(images))
    assert domain_names(f"{images.name},ring", str(tmp_path)) == (images.name, "ring")
    assert absolute_name(str(images)) == str(images)


def test_an_error_is_one_line(images, refused, tmp_path):
    (images / "bad\nname\x1b[2J.png").write_bytes(b"no image")
    line = refused("data", "prepare", images, "--output", tmp_path / "shards")
    assert "bad\\nname\\x1b[2J.png" in line


@pytest.mark.parametrize("encoding", ["utf-8:strict", "cp1252:strict"])
def test_output_that_cannot_show_a_name_escapes_it(encoding, images, tmp_path):
    folder = tmp_path / "日本 caf\udce9"
    os.rename(images, folder)
    done = subprocess.run(
        [sys.executable, "main.py", "data", "inspect", folder, "--output", tmp_path / "g.png"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"caf\\xe9") == 1
    assert (b"\\u65e5" in done.stdout) == (encoding != "utf-8:strict")
