"""What the benchmark of the metrics measures is what it says."""

import sys

import numpy as np
import pytest

from benchmarks import metrics
from tests.tfgan_kit.evaluation.small import extractor, instruments
from tests.trainers.small import write_mnist
from tfgan_kit.extractors import inception


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch):
    for name in ("TFGAN_KIT_WEIGHTS", "TFGAN_KIT_DATA"):
        monkeypatch.delenv(name, raising=False)


def test_both_roots_are_of_the_same_matrices(capsys):
    row = metrics.matrix_root(24, 2)
    assert row["difference"] < 1e-9
    low, high = row["ratio"][1:]
    assert low <= row["ratio"][0] <= high
    a, b = metrics.covariances(24)
    assert np.linalg.matrix_rank(a) == 24
    assert np.abs(a - b).max() > 0.01
    metrics._show_root(row)
    assert "scipy / ours" in capsys.readouterr().out


def test_the_stream_goes_through_to_its_end(capsys):
    row = metrics.stream_memory(300, 8)
    assert row["peak_mb"] >= row["first_mb"] > 10
    assert row["features_mb"] == pytest.approx(300 * 8 * 4 / 1e6)
    metrics._show_memory(row)
    assert "300 images with 8 features" in capsys.readouterr().out


def test_extractors_without_weights_are_named(capsys):
    rows = {row["features"]: row for row in metrics.extractors(4, 1)}
    assert rows["classifier"]["images_per_second"][0] > 0
    assert "needs its weights" in rows["inception-2015"]["missing"]
    metrics._show_extractors(rows.values())
    assert "inception-2015      not run: " in capsys.readouterr().out


def test_end_to_end(tmp_path, monkeypatch, capsys):
    (row,) = metrics.end_to_end(8)
    assert "TFGAN_KIT_DATA" in row["missing"]
    monkeypatch.setenv("TFGAN_KIT_DATA", str(write_mnist(tmp_path, train=40, test=30)))
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path))
    (tmp_path / inception.PUBLISHED.file).touch()
    small = instruments(["fid"], extractor(1.0, name="inception-2015"))
    monkeypatch.setattr("tfgan_kit.evaluation.instruments.Instruments", lambda names, resize: small)
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    ours, theirs = metrics.end_to_end(20)
    assert (ours["count"], ours["tool"]) == (20, "tfgan-kit")
    assert ours["fid"] > 0
    assert theirs["missing"] == "torch-fidelity not installed: not run"
    metrics._show_end_to_end([ours, theirs])
    assert "torch-fidelity not installed: not run" in capsys.readouterr().out
