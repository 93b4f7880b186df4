"""`main.py report`, and the report that a run ends with."""

import re

import pytest

from tests.conftest import TINY


@pytest.fixture
def ring(command, tmp_path):
    run = tmp_path / "ring"
    status, out, err = command("train", "gan", *TINY, "--steps", 2, "--run-dir", run)
    assert status == 0, err
    # The last line says in words how good the run is, as its report does.
    *_, report, said = out.splitlines()
    assert report.startswith(f"wrote the report {run / 'report.html'}")
    assert re.fullmatch(
        r"[\d.]+ % of samples lie near a mode of the data; real data [\d.]+ %", said
    )
    assert said in (run / "report.html").read_text()
    return run


def test_a_run_ends_with_its_report_and_several_are_compared(command, refused, ring, tmp_path):
    page = (ring / "report.html").read_text()
    assert "--network mlp" in page  # the command that repeats it
    (ring / "report.html").unlink()
    status, _, err = command("report", ring)
    assert status == 0, err
    assert (ring / "report.html").exists()
    both = tmp_path / "both.html"
    assert command("report", ring, ring, "--output", both)[0] == 0
    assert both.exists()
    assert "no config.json" in refused("report", tmp_path)
    assert "DIR" in refused("report")


def test_a_run_that_cannot_be_reported_has_finished_all_the_same(command, ring):
    (ring / "report.html").unlink()
    (ring / "report.html").mkdir()
    status, out, err = command("train", "--resume", ring, "--steps", 3)
    assert status == 0
    assert "warning: no report could be written:" in err
    assert "finished 3 steps" in out
