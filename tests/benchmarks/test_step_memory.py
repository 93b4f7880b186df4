"""The memory of a step is that of its process, and the table says whose."""

import numpy as np
import pytest

from benchmarks.parts import step_memory
from tfgan_kit.errors import UserError

BATCH = 4096


def test_a_larger_batch_holds_at_least_its_images():
    def grown_by(batch):
        given = {"steps": 2, "set": [("width", 1 / 16), ("batch_size", batch)]}
        return step_memory.measure_apart("dcgan-32", "engine", given)

    held = np.ones(400_000_000, np.uint8)  # By this process, which must not count.
    small, large = grown_by(16), grown_by(BATCH)
    assert small["all"] < held.nbytes / 1e6
    assert large["all"] >= large["first"]
    # Real and generated ones, as float32.
    assert large["all"] - small["all"] > 2 * BATCH * 32 * 32 * 4 / 1e6


def test_a_process_that_fails_is_named():
    given = {"steps": 1, "set": [("width", "wide")]}
    with pytest.raises(UserError, match=r"dcgan-32, engine ended: error: .*width"):
        step_memory.measure_apart("dcgan-32", "engine", given)


def test_ratios_are_the_engines_over_the_others():
    rows = {
        "engine": [{"before": 700.0, "first": 90.0, "all": 100.0}] * 2,
        "bare loop": [
            {"before": 700.0, "first": 40.0, "all": 50.0},
            {"before": 700.0, "first": 60.0, "all": 200.0},
        ],
    }
    line = step_memory.table(rows).splitlines()[2]
    assert line.split("  ")[0] == "bare loop"
    assert "50 (40-60)" in line
    assert line.endswith("1.25 (0.50-2.00)")
