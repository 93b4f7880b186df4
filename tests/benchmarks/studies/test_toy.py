"""The toy study and the measurement of memory train what `main.py train gan` does."""

import json

from benchmarks.memory import memory_by_step
from benchmarks.studies import toy
from main import main


def test_a_row_is_what_the_command_measures(tmp_path):
    row = toy.train("ring-k1", 3, tmp_path / "study", steps=2)
    command = f"train gan --preset ring-k1 --seed 3 --steps 2 --run-dir {tmp_path / 'run'}"
    assert main([*command.split(), "--quiet"]) == 0
    measured = json.loads((tmp_path / "run/evaluation.json").read_text())[-1]
    names = ("step", "modes", "high_quality", "wasserstein")
    assert {name: row[name] for name in names} == {name: measured[name] for name in names}
    assert row["samples"].shape == (toy.SAMPLES, 2)


def test_memory_is_told_at_every_line_of_the_log(tmp_path):
    settings = {"dataset": "ring", "network": "mlp", "width": 1 / 16, "batch_size": 8, "steps": 2}
    found = memory_by_step(settings | {"log_every": 1}, f"{tmp_path}/run")
    assert list(found) == [1, 2]
    assert min(found.values()) > 100
