"""Memory of the training step: `python -m benchmarks.parts.step_memory [--set K=V...]`.

Each contestant lives in a process of its own, one at a time, for several rounds. Told is by how
much the peak of the resident memory exceeds what the process held before its first step, with data
and networks in place: the step's graph, and what it holds at a time. `--set` measures other sizes
than the workload's own; with a variant's settings, the hand-written loop is of the variant, too.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.child import ROOT
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.machine import prepare, run_main
from benchmarks.step import DRAWN, changed, make_updates, progress, setting
from benchmarks.turns import ratios, spread
from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser, positive

BARE = "bare loop"


def measure(workload, contestant: str, steps: int) -> dict:
    """Does steps of one contestant in this process.

    Args:
      workload: a `benchmarks.loops.workloads.Workload`.
      contestant: "engine", "bare loop", or a name of `workload.variants`.
      steps: how many to do after the first.

    Returns:
      "before", MB of resident memory before the first step; "first" and "all", by how many MB the
      peak is above that after the first step, and after all.
    """
    from benchmarks.loops import loops
    from data.feeds.open_feed import open_feed
    from tfgan_kit.engine.status import memory_mb

    with tempfile.TemporaryDirectory() as folder:
        changes = workload.variants.get(contestant, {})
        config = loops.configured(workload, folder, **changes)
        feed = open_feed(workload.feed, config)[0]
        loops.draw(feed, DRAWN, config.batch_size)
        if contestant == BARE:
            loop = loops.Bare(make_updates(config, workload.method), feed)
        else:
            loop = loops.Engine(config, workload.method, feed)
        before = memory_mb()
        loop.window(1)
        first = _peak_mb()
        loop.window(steps)
        return {"before": before, "first": first - before, "all": _peak_mb() - before}


def _peak_mb():
    # Not that of `resource`: it begins with the memory of the process that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024 / 1e6


def measure_apart(name: str, contestant: str, given: dict) -> dict:
    """Calls `measure` in a process of its own.

    Args:
      name: of the workload.
      contestant: see `measure`.
      given: "steps", and "set", the (name, value) pairs of the settings to change.

    Raises:
      UserError: if the process fails.
    """
    changes = [f"{key}={json.dumps(value)}" for key, value in given["set"]]
    command = [sys.executable, "-m", "benchmarks.parts.step_memory", "--only", name]
    command += ["--one", contestant, "--steps", str(given["steps"])]
    command += ["--set", *changes] if changes else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise UserError(f"{name}, {contestant} ended: {last}")
    return json.loads(done.stdout.splitlines()[-1])


def table(rows: dict[str, list[dict]]) -> str:
    """What was measured, as text.

    Args:
      rows: contestant -> one result of `measure` per round, the engine's first.
    """
    lines = [f"{'MB':24}{'before':>20}{'first step':>20}{'all steps':>20}{'engine over it':>20}"]
    engine = [row["all"] for row in rows["engine"]]
    for name, measured in rows.items():
        cells = [_cell(spread([row[key] for row in measured])) for key in measured[0]]
        ratio = _cell(ratios(engine, [row["all"] for row in measured]), 2)
        lines.append(f"{name:24}" + "".join(f"{cell:>20}" for cell in (*cells, ratio)))
    return "\n".join(lines)


def _cell(values, digits=0):
    return "{} ({}-{})".format(*(f"{value:.{digits}f}" for value in values))


def main(arguments=None) -> int:
    """Prints a table."""
    parser = Parser(
        prog="python -m benchmarks.parts.step_memory", description=__doc__.split(":")[0]
    )
    parser.add_argument("--only", choices=WORKLOADS, default="maml-glyphs", help="the workload")
    parser.add_argument("--rounds", type=positive, default=3, help="processes of each (default: 3)")
    parser.add_argument("--steps", type=positive, default=20, help="after the first (default: 20)")
    parser.add_argument("--set", nargs="+", type=setting, default=[], metavar="NAME=VALUE")
    parser.add_argument("--one", metavar="NAME", help=argparse.SUPPRESS)  # In its own process.
    given = parser.parse(arguments)
    name = given["only"]
    workload = changed(name, dict(given["set"]))
    workload.config()  # Before anything is measured: raises if a setting is unknown.
    contestants = ("engine", BARE, *workload.variants)
    if given["one"]:
        if given["one"] not in contestants:
            parser.error(f"--one {given['one']}: choose from {', '.join(contestants)}")
        prepare()
        print(json.dumps(measure(workload, given["one"], given["steps"])))
        return 0
    rows = {contestant: [] for contestant in contestants}
    for i in range(given["rounds"]):
        for contestant, measured in rows.items():
            progress(f"{name}: round {i + 1} of {given['rounds']}, {contestant}")
            measured.append(measure_apart(name, contestant, given))
    print(table(rows))
    return 0


if __name__ == "__main__":
    run_main(main)
