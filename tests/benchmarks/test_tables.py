"""The docs hold the tables of the stored results, and what is missing says so."""

import pytest

from benchmarks import aims, results, tables
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.part import PARTS
from tests.benchmarks.made_up import contestant
from tests.benchmarks.made_up import results as made_up


def test_the_docs_hold_the_stored_results():
    page = tables.PAGE.read_text()
    assert page == tables.filled(page, results.load(results.FOLDER)), (
        "run `python -m benchmarks --tables`"
    )
    for name in tables.BLOCKS:
        assert page.count(f"<!-- results: {name} -->") == 1


def test_what_was_not_run_says_so():
    for make in tables.BLOCKS.values():
        assert tables.NOT_RUN in make({})
    assert all(values is None for _, values in aims.judged({}))


@pytest.fixture
def found():
    step = made_up(
        contestant("engine", 1.0, 1.0, 2.0),
        contestant("bare loop", 0.9, 1.0, 2.1),
        contestant("eager", 3.0, 3.0, 6.0),
        contestant("pytorch eager", 2.0, 2.0, 4.0),
        contestant("pytorch compiled", 1.2, 1.2, 2.4),
        contestant("engine, non-saturating", 0.25, 0.25, 0.5, images=16),
        contestant("engine", 0.5, 0.5, 0.5, precision="mixed_bfloat16"),
        {"name": "pytorch eager", "precision": "mixed_bfloat16", "missing": "not installed"},
    )
    counted = {"workload": "wgan-gp", "images": 64, "graph": 66e9, "pytorch": None}
    counted["parts"] = {"critics": 50e9, "makers": 10e9}
    product = {"kind": "product", "precision": "float32", "shape": [1024]}
    return {
        "wgan-gp": step,
        "operations": made_up(counted),
        "peak": made_up(product | {"gflops": [100.0, 90.0, 110.0]}),
        "replicas": made_up(
            {"workload": "dcgan-32", "name": "one device", "seconds": [0.9, 0.8]},
            {"workload": "dcgan-32", "name": "two devices", "seconds": [1.0, 1.0]},
        ),
    }


def row(table, first):
    (line,) = [x for x in table.splitlines() if x.startswith(f"| {first} |")]
    return dict(zip(WORKLOADS, line.split(" | ")[1:], strict=True))


def test_cells_are_medians_with_extremes(found):
    assert row(tables.speeds(found), "engine, images/s")["wgan-gp"] == "64.0 (32.0-64.0)"
    assert row(tables.speeds(found), "bare loop")["wgan-gp"] == "1.00 (0.90-1.05)"
    assert row(tables.speeds(found), "bare loop")["cogan"] == "not run"
    gain = row(tables.bfloat16(found), "over the engine in float32")["wgan-gp"]
    assert gain == "2.00 (2.00-4.00)"
    assert row(tables.bfloat16(found), "over pytorch eager")["wgan-gp"] == "not installed"


def test_the_share_of_the_peak(found):
    (line,) = [x for x in tables.limit(found).splitlines() if x.startswith("| wgan-gp |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["wgan-gp", "937.5", "1.100", "-", "60.0", "60%", "not run", "not run"]


def test_aims_are_judged_by_the_median(found):
    told = {
        aim.text: (values, values and aim.verdict(values)) for aim, values in aims.judged(found)
    }
    assert told["wgan-gp: engine over the bare loop"] == ([1.0, 0.9, 1.05], "yes")
    assert told["wgan-gp: engine over PyTorch's best, float32"] == ([1.2, 1.2, 1.2], "no")
    assert told["wgan-gp: engine over PyTorch's best, mixed_bfloat16"] == (None, None)
    assert told["wgan-gp: engine over eager TensorFlow"] == ([3.0, 3.0, 3.0], "no")
    cost = "wgan-gp: WGAN-GP with 5 critic steps, cost per real image over non-saturating"
    assert told[cost] == ([1.0, 1.0, 1.0], "yes")
    values, verdict = told["dcgan-32: speed on two logical devices over one"]
    assert values == pytest.approx([0.85, 0.8, 0.9])
    assert verdict == "within the spread"


def test_what_is_not_compared_has_no_goal_and_no_count(found):
    goals = [aim.text for aim in aims.AIMS if aim.text.startswith("maml-glyphs")]
    assert goals == ["maml-glyphs: engine over the bare loop"]
    assert "maml-glyphs" not in tables.limit(found)


def test_every_workload_is_a_part():
    assert set(WORKLOADS) < set(PARTS)
