import csv
import subprocess
import sys

from tests.conftest import ROOT, TINY

RUN = ["gan", *TINY, "--steps", 40, "--log-every", 10, "--checkpoint-every", 20]


def rows(run):
    with open(run / "metrics.csv", newline="") as file:
        return list(csv.DictReader(file))


def losses(run):
    return [{k: v for k, v in row.items() if "/" in k} for row in rows(run)]


def test_a_deterministic_run_trains_as_another_on_a_cpu_and_reads_no_clock(command, tmp_path):
    """In a process of its own: TensorFlow keeps operations deterministic until it ends."""
    plain, fixed, parts = (tmp_path / name for name in ("plain", "fixed", "parts"))
    assert command("train", *RUN, "--run-dir", plain)[0] == 0
    trainings = (
        [*RUN, "--deterministic", "--run-dir", fixed],
        [*RUN, "--deterministic", "--steps", 20, "--run-dir", parts],
        ["--resume", parts, "--steps", 40],
    )
    words = [["train", *map(str, training)] for training in trainings]
    code = f"import sys, main\nfor words in {words!r}:\n    if main.main(words): sys.exit(1)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=300)
    assert losses(fixed) == losses(parts) == losses(plain)
    assert "data_wait" in rows(plain)[0]
    assert "data_wait" not in rows(fixed)[0]
