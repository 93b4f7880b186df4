"""`main.py rank`: the order of generators for a target, by hand and by what is known of them."""

import json

import cv2
import numpy as np
import pytest
import scipy.linalg

from tests.saved_runs import write_run
from tests.test_joint_commands import write_run as write_trained
from tests.trainers.small import save_classifier
from tfgan_kit.models.saved_models import load_keras


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")
    return save_classifier(folder / "classifier.keras", shape=(16, 16, 1))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A generator of bright blobs, one of dark ones, and one of coloured ones."""
    folder = tmp_path_factory.mktemp("runs")
    how = {"bright": (1, 1), "dark": (1, -1), "coloured": (3, 1)}
    made = {n: write_run(folder / n, {"image": o}, method="gan") for n, o in how.items()}
    return {name: str(path) for name, path in made.items()}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def target(runs, command, tmp_path):
    """A folder of bright blobs, drawn with another seed than `rank` draws."""
    assert command("sample", runs["bright"], "--count", 40, "--seed", 7, "--output", tmp_path / "t")
    return tmp_path / "t"


def frechet(judge, some, others):
    network = load_keras(judge)
    found = [np.asarray(network(x / 127.5 - 1)["features"], np.float64) for x in (some, others)]
    a, b = (np.cov(features.T) for features in found)
    means = np.square(found[0].mean(0) - found[1].mean(0)).sum()
    return means + np.trace(a) + np.trace(b) - 2 * np.trace(scipy.linalg.sqrtm(a @ b).real)


def test_what_draws_the_same_comes_first(runs, judge, target, command, tmp_path):
    features = ["--features", f"classifier:{judge}", "--count", 40]
    output = tmp_path / "new" / "starts.png"
    order = [runs["dark"], runs["coloured"], runs["bright"]]
    status, out, err = command("rank", target, *order, *features, "--output", output, "--json")
    assert status == 0, err
    found = json.loads(out)["ranking"]
    assert [each["name"] for each in found] == [runs[n] for n in ("bright", "coloured", "dark")]
    assert [each["distance"] for each in found] == sorted(each["distance"] for each in found)
    assert {each["images"] for each in found} == {60_000}
    # A row of the target, and one for each run; 12 images of 16 and two between.
    assert cv2.imread(str(output)).shape[:2] == (4 * 18 + 2, 12 * 18 + 2)
    assert command("sample", runs["dark"], "--count", 40, "--seed", 0, "--output", tmp_path / "d")
    sets = [
        np.stack([cv2.imread(str(p), cv2.IMREAD_GRAYSCALE) for p in sorted(folder.glob("*.png"))])
        for folder in (target, tmp_path / "d")
    ]
    expected = frechet(judge, *(s[..., None].astype(np.float32) for s in sets))
    assert found[-1]["distance"] == pytest.approx(expected, rel=1e-2)


def test_a_table(runs, judge, target, command):
    features = ["--features", f"classifier:{judge}", "--count", 20]
    status, out, _ = command("rank", target, runs["dark"], *features)
    assert status == 0
    assert "20 of 40 images of 16x16x1" in out
    assert "a rough indicator" in out
    assert out.splitlines()[-1].split()[0] == runs["dark"]


def test_a_joint_run_has_a_row_for_each_domain(judge, target, command, tmp_path):
    run = write_trained(tmp_path / "joint", "scogan", step=2, latent_size=8)
    features = ["--features", f"classifier:{judge}", "--count", 12]
    status, out, err = command("rank", target, run, *features, "--json")
    assert status == 0, err
    names = sorted(each["name"] for each in json.loads(out)["ranking"])
    assert names == [f"{run}, domain a", f"{run}, domain b"]


def test_what_is_refused(runs, judge, target, refused, tmp_path):
    features = ["--features", f"classifier:{judge}"]
    assert "give a .png" in refused("rank", target, runs["dark"], "--output", "a.json")
    assert "nowhere" in refused("rank", target, tmp_path / "nowhere", *features)
    assert "nowhere" in refused("rank", tmp_path / "nowhere", runs["dark"], *features)
    four = write_run(tmp_path / "four", {"image": (4, 1)}, method="gan")
    assert "has 4 channels" in refused("rank", target, four, *features)
    points = write_run(tmp_path / "points", {"image": (2, 1)}, method="gan", points=True)
    assert "generates points" in refused("rank", target, points, *features)
