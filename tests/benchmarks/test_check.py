"""Regressions are ratios beyond the stored spread, whatever the times."""

import pytest

from benchmarks import check, results, step
from tests.benchmarks.made_up import contestant
from tests.benchmarks.made_up import results as made_up
from tfgan_kit.errors import UserError

STORED = made_up(
    contestant("engine", 1.0, 1.0, 1.0),
    contestant("bare loop", 1.0, 0.9, 1.1),
    contestant("eager", 4.0, 5.0, 6.0),
    contestant("engine", 2.0, 2.0, 2.0, precision="mixed_bfloat16"),
    contestant("pytorch eager", 3.0, 3.0, 3.0, precision="mixed_bfloat16"),
)


def test_speeds_are_of_the_engine_in_the_same_precision():
    assert check.speeds(STORED["rows"]) == {
        "bare loop float32": [1.0, 0.9, 1.1],
        "eager float32": [5.0, 4.0, 6.0],
        "engine mixed_bfloat16": [2.0, 2.0, 2.0],
        "pytorch eager mixed_bfloat16": [1.5, 1.5, 1.5],
    }


def test_a_slower_machine_is_no_regression():
    slow = [row | {"seconds": [10 * s for s in row["seconds"]]} for row in STORED["rows"]]
    found = check.compare("w", STORED, made_up(*slow))
    assert not found.slower
    assert len(found.text) == 1 + 4


def test_what_is_lost_beyond_the_spread_is_named():
    new = made_up(
        contestant("engine", 1.0, 1.0, 1.0),
        contestant("bare loop", 0.89, 0.89, 1.5),  # below the smallest that was stored
        contestant("eager", 4.0, 4.1, 4.2),  # within the spread
        contestant("engine", 9.0, 9.0, 9.0, precision="mixed_bfloat16"),  # compared with itself
    )
    found = check.compare("w", STORED, new)
    assert found.slower == ["w: bare loop float32"]
    (line,) = [line for line in found.text if "SLOWER" in line]
    assert "1.00 (0.90-1.10) stored, 0.89 (0.89-1.50) now" in line
    assert any("pytorch eager" in line and "now missing" in line for line in found.text)


def test_another_machine_is_told():
    found = check.compare("w", STORED, made_up(*STORED["rows"], processor="other"))
    assert "stored on another machine: a processor" in found.text[1]


def test_the_exit_status_tells(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    with pytest.raises(UserError, match=r"no stored results of cogan.*--only cogan"):
        step.main(["--check", "--only", "cogan"])
    results.write("cogan", STORED["rows"], command="c", folder=tmp_path)
    measured = list(STORED["rows"])
    monkeypatch.setattr(step, "run", lambda name, **options: measured)
    assert step.main(["--check", "--only", "cogan"]) == 0
    assert "no regressions" in capsys.readouterr().out
    measured[1] = contestant("bare loop", 0.5, 0.5, 0.5)
    assert step.main(["--check", "--only", "cogan"]) == 1
    assert capsys.readouterr().out.endswith("regressions: cogan: bare loop float32\n")
