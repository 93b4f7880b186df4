"""A generator as a data source, from the command line: looked at, trained on, measured."""

import json

import numpy as np
import pytest

from data.feeds.domains import open_domains
from nets import cogan
from tests.tfgan_kit.export.conftest import SIZE, make_run

SMALL = ["--network", "mlp", "--width", "0.05", "--batch-size", "8", "--steps", "2"]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    import main

    run = tmp_path_factory.mktemp("runs") / "source"
    assert main.main(["train", "gan", "--dataset", "glyphs", *SMALL, "--run-dir", str(run)]) == 0
    return run


def test_it_is_trained_on_and_found_again(source, command, refused, tmp_path, monkeypatch):
    monkeypatch.chdir(source.parent)
    run = tmp_path / "run"
    flags = [*SMALL, "--dataset", f"generated:{source.name}", "--run-dir", run]
    status, out, err = command("train", "gan", *flags)
    assert status == 0, err
    assert "): 60,000 examples of 32x32x1" in out
    assert json.loads((run / "config.json").read_text())["settings"]["dataset"] == (
        f"generated:{source}"
    )
    monkeypatch.chdir(tmp_path)
    assert command("train", "--resume", run, "--steps", 3)[0] == 0
    assert "has no labels" in refused("train", "classifier", "--dataset", f"generated:{source}")
    # A generator that has been trained on draws other images.
    assert command("train", "--resume", source, "--steps", 3)[0] == 0
    assert "but the data is now" in refused("train", "--resume", run, "--steps", 4)


def test_it_is_looked_at_and_measured_against_its_own_data(source, command, tmp_path):
    status, out, err = command(
        "data", "inspect", f"generated:{source}", "--output", tmp_path / "grid.png"
    )
    assert status == 0, err
    assert "60000 examples" in out
    sets = ["--real", "glyphs", "--fake", f"generated:{source}", "--image-size", 32]
    output = tmp_path / "found.json"
    status, _, err = command(
        "evaluate", *sets, "--metrics", "swd", "--count", 64, "--output", output
    )
    assert status == 0, err
    found = json.loads(output.read_text())
    assert found["swd_mean"] > 1


def test_the_domains_of_a_joint_run_are_a_pair(tmp_path):
    network = cogan.generator([(32, 32, 1)] * 2, SIZE, width=0.03)
    run = make_run(tmp_path / "run", {"generator": network}, method="cogan")
    domains = open_domains([f"generated:{run}:a", f"generated:{run}:b"])
    assert domains.pairs_known
    assert domains.parts_are_disjoint
    assert [len(reader) for reader in domains.readers] == [30_000, 30_000]
    a, b = (reader.read(np.array([0]))["image"] for reader in domains.held_out())
    assert a.shape == b.shape == (1, 32, 32, 1)
