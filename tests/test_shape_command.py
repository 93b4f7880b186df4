"""`main.py shape`, of a run that took a moment."""

import json

import cv2
import numpy as np
import pytest

from benchmarks.studies.latent.shapes import SIDE, write_shapes
from tests.saved_runs import write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of a step in each phase."""
    import main

    folder = tmp_path_factory.mktemp("shapes")
    brief = ("--rounds", "1", "--steps", "4", "--batch-size", "2")
    brief += ("--pose-steps", "1", "--albedo-steps", "1", "--offset-steps", "1")
    options = ("--generator", write_shapes(folder / "generator", 0), "--quiet", *brief)
    assert main.main(["train", "gan2shape", *options, "--run-dir", str(folder / "run")]) == 0
    return folder / "run"


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_the_files(run, command, tmp_path):
    out = tmp_path / "shape"
    status, text, err = command("shape", run, "--output", out, "--columns", 3, "--json")
    assert (status, err) == (0, "")
    depth, told = np.load(out / "depth.npy"), json.loads(text)
    assert depth.shape == (SIDE, SIDE)
    low, high = told["depth"]
    np.testing.assert_allclose([depth.min(), depth.max()], [low, high], rtol=1e-6)
    steps = read(out / "depth.png")
    assert steps.dtype == np.uint16
    np.testing.assert_allclose(low + steps / 65_535 * (high - low), depth, atol=1e-5)
    # In the middle of the ellipsoid, the surface faces the viewer.
    middle = read(out / "normals.png")[SIDE // 2, SIDE // 2].astype(int)
    assert (np.abs(middle - [255, 128, 128]) < 16).all()
    assert read(out / "albedo.png").shape[:2] == (SIDE, SIDE)
    for name in ("turntable", "relight"):
        strip = read(out / f"{name}.png")
        assert strip.shape[:2] == (SIDE + 4, 3 * (SIDE + 2) + 2)
        first, last = strip[2:-2, 2 : 2 + SIDE], strip[2:-2, -2 - SIDE : -2]
        assert np.abs(first.astype(int) - last).max() > 8
        assert (out / f"{name}.gif").stat().st_size > 500


def test_the_light_comes_from_where_it_is_said_to(run, command, tmp_path):
    out = tmp_path / "shape"
    assert command("shape", run, "--output", out, "--columns", 3)[0] == 0
    strip = read(out / "relight.png")
    strip = (strip if strip.ndim == 2 else strip[..., 0]).astype(float)
    half = SIDE // 2
    lit_from_left = strip[2:-2, 2 : 2 + SIDE]
    assert lit_from_left[:, 6:half].mean() > lit_from_left[:, half:-6].mean() + 5


def test_wrong_requests_are_one_line(run, refused, tmp_path):
    other = write_run(tmp_path / "gan", {"image": (1, 1)}, method="gan", latent="normal")
    assert "name a run of gan2shape" in refused("shape", other, "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    refused("shape", run, "--output", tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
