"""Who takes part in a comparison, and what the rows say."""

import pytest

from benchmarks import step, tables
from benchmarks.loops.workloads import WORKLOADS, Workload
from benchmarks.peers import environment
from benchmarks.turns import ratios, take_turns


def test_windows_are_taken_in_turn_and_times_are_per_step():
    order = []

    class Clock:
        def __init__(self, name, *seconds):
            self.name, self.seconds = name, iter(seconds)

        def window(self, steps):
            order.append(self.name)
            return next(self.seconds)

    clocks = {"a": Clock("a", 2, 4, 2), "b": Clock("b", 3, 4, 8)}
    times = take_turns(clocks, {"a": 2, "b": 1}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [wall for wall, _ in times["a"]] == [1, 2, 1]
    assert [wall for wall, _ in times["b"]] == [3, 4, 8]


def test_a_contestant_elsewhere_tells_its_own_cpu_time():
    class Elsewhere:
        cpu = 0.0

        def window(self, steps):
            self.cpu += 6.0
            return 4.0

        def cpu_seconds(self):
            return self.cpu

    assert take_turns({"a": Elsewhere()}, {"a": 2}, 1) == {"a": [(2.0, 3.0)]}


def test_ratios_are_taken_within_a_round():
    assert ratios([3.0, 4.0, 8.0], [1.0, 2.0, 1.0]) == [3, 2, 8]


def test_every_contestant_has_a_row(monkeypatch, tmp_path):
    monkeypatch.setenv(environment.VARIABLE, str(tmp_path))  # Nothing is installed there.
    small = WORKLOADS["dcgan-32"].settings | {"width": 1 / 16}
    workload = Workload(
        "small", "gan", "small", small, ("bare loop", "keras fit", "pytorch eager"), bfloat16=()
    )
    said = []
    rows = step.measure(workload, windows=2, seconds=0.0, say=said.append)
    assert [(row["name"], row["precision"]) for row in rows] == [
        ("engine", "float32"),
        ("bare loop", "float32"),
        ("keras fit", "float32"),
        ("engine", "mixed_bfloat16"),
        ("pytorch eager", "float32"),
    ]
    *measured, peer = rows
    assert peer["missing"] == "not installed"
    for row in measured:
        assert len(row["seconds"]) == len(row["cpu_seconds"]) == 2
        assert row["images"] == 64
    assert said[-1] == "small: round 2 of 2"
    shown = tables.step({"rows": rows}, workload)
    assert "not installed" in shown
    assert len(shown.splitlines()) == 2 + len(rows)


@pytest.mark.parametrize(
    ("name", "images"),
    [
        ("dcgan-32", 64),
        ("wgan-gp", 5 * 64),
        ("maml-glyphs", 4 * 5 * (1 + 5)),
        ("reptile-glyphs", 4 * 5 * 12),
    ],
)
def test_the_images_that_a_step_reads(name, images):
    workload = WORKLOADS[name]
    assert workload.images(workload.config()) == images


def test_half_an_environment_of_peers_is_none(monkeypatch, tmp_path):
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    monkeypatch.setattr(environment, "DONE", tmp_path / "installed")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert environment.python() is None
    environment.DONE.touch()
    assert environment.python() == tmp_path / "bin" / "python"
    monkeypatch.setenv(environment.VARIABLE, str(tmp_path / "other"))
    assert environment.python() is None


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_is_one_that_can_be_trained(name):
    workload = WORKLOADS[name]
    for changes in [{}, {"precision": "mixed_bfloat16"}, *workload.variants.values()]:
        workload.config(**changes)  # Raises if a field or a value is unknown.
