"""Speed of the training step: `python -m benchmarks.step [--only NAME...] [--set K=V...]`.

Measures the engine, hand-written loops, Keras' `fit`, eager TensorFlow and PyTorch on one workload
after another. All that is compared takes turns in one run: short windows in rounds, each round
beginning with another contestant. Ratios are taken within a round. `--check` compares the ratios
with those of the stored results and names regressions; `python -m benchmarks` stores results.
`--set` measures other sizes of a workload than those that are stored.
"""

import argparse
import dataclasses
import json
import sys
import tempfile

from benchmarks.child import Child, ChildError, Remote
from benchmarks.loops.workloads import WORKLOADS, Workload
from benchmarks.machine import run_main
from benchmarks.turns import take_turns
from tfgan_kit.settings.arguments import Parser, positive

SECONDS, QUICK_SECONDS = 1.0, 0.1  # Of a window; a step that takes longer is a window by itself.
DRAWN = 300  # Batches that all windows of a loop together read, about.
NOT_INSTALLED = "not installed"


def make_updates(config, method: str, *, separate=False):
    """Returns the hand-written step of a method.

    Args:
      config: of `Workload.config`.
      method: of the workload.
      separate: of a joint method, each network on its own.
    """
    from benchmarks.loops.gan_updates import GANUpdates
    from benchmarks.loops.growing_updates import ProGANUpdates, StyleGANUpdates
    from benchmarks.loops.joint_updates import JointUpdates, SeparateUpdates
    from benchmarks.loops.meta_updates import MAMLUpdates, ReptileUpdates
    from benchmarks.loops.paired_updates import Pix2PixUpdates, SRResNetUpdates
    from benchmarks.loops.unpaired_updates import CycleGANUpdates

    of_one_method = {
        "gan": GANUpdates,
        "progan": ProGANUpdates,
        "stylegan": StyleGANUpdates,
        "pix2pix": Pix2PixUpdates,
        "cyclegan": CycleGANUpdates,
        "srgan": SRResNetUpdates,
        "maml": MAMLUpdates,
        "reptile": ReptileUpdates,
    }
    if method in of_one_method:
        return of_one_method[method](config)
    return (SeparateUpdates if separate else JointUpdates)(config, method)


def measure(workload: Workload, *, windows: int, seconds: float, say) -> list[dict]:
    """Measures all contestants of a workload.

    Args:
      workload: one of `WORKLOADS`.
      windows: number of windows of each contestant.
      seconds: that a window is to take.
      say: called with a line of progress.

    Returns:
      One row per contestant: "name", "precision", "steps" of a window, "first_seconds" (the time
      of the first step, mostly that of tracing or compiling; of `fit` the first window's),
      "images" (real images that a step reads), and "seconds" and "cpu_seconds" per step, one value
      per round. What could not run has "missing", which says why, in place of the times.
    """
    with tempfile.TemporaryDirectory() as folder:
        contest = _Contest(workload, folder, seconds, say)
        try:
            contest.gather()
            times = take_turns(
                contest.contestants,
                contest.steps,
                windows,
                lambda text: say(f"{workload.name}: {text}"),
            )
        finally:
            contest.close()
    for row in contest.rows:
        if "missing" not in row:
            row["seconds"], row["cpu_seconds"] = map(list, zip(*times[_key(row)], strict=True))
    return contest.rows


def _key(row):
    return f"{row['name']} {row['precision']}"


class _Contest:
    """Who takes part, ready to take turns."""

    def __init__(self, workload, folder, seconds, say):
        from benchmarks.loops import loops
        from data.feeds.open_feed import open_feed

        self._workload, self._folder, self._seconds = workload, folder, seconds
        self._say = say
        self._loops = loops
        config = workload.config()
        self._given = {}
        if getattr(config, "semantic_weight", 0.0):
            self._given = {"classifier": loops.write_classifier(folder)}
        config = workload.config(**self._given)
        self._config = config
        self._feed = open_feed(workload.feed, config)[0]
        self.rows, self.contestants, self.steps = [], {}, {}
        self._closing = []

    def close(self):
        for close in reversed(self._closing):
            close()

    def gather(self):
        """Builds all contestants and lets each do its first steps."""
        workload, given = self._workload, self._given
        self._loops.draw(self._feed, DRAWN, self._config.batch_size)
        self._add("engine", "float32", lambda: self._engine({}))
        for name in workload.loops:
            if not name.startswith("pytorch"):
                self._add(name, "float32", lambda name=name: self._loop(name, "float32"))
        for name, changes in workload.variants.items():
            own = given if changes.get("semantic_weight", 1.0) else {}
            self._add(name, "float32", lambda c=changes, o=own: self._engine(c, o))
        self._add("engine", "mixed_bfloat16", lambda: self._engine({"precision": "mixed_bfloat16"}))
        wanted = [(name, "float32") for name in workload.loops if name.startswith("pytorch")]
        wanted += [(name, "mixed_bfloat16") for name in workload.bfloat16]
        peers, missing = None, NOT_INSTALLED
        try:
            peers = self._peers() if wanted else None
        except ChildError as error:
            missing = f"failed: {error}"
        for name, precision in wanted:
            if peers is None:
                self._row(name, precision, missing=missing)
            else:
                self._add_peer(peers, name, precision)

    def _engine(self, changes, given=None):
        changes = (self._given if given is None else given) | changes
        config = self._workload.config(**changes)
        return self._loops.Engine(config, self._workload.method, self._feed)

    def _loop(self, name, precision):
        config = self._workload.config(precision=precision, **self._given)
        updates = make_updates(config, self._workload.method, separate=name == "naive order")
        loops, feed = self._loops, self._feed
        if name == "keras fit":
            loop = loops.Fit(updates, feed, steps=self.steps["engine float32"])
            self._closing.append(loop.close)
            return loop
        if name in ("called loop", "eager"):
            return loops.Called(updates, feed, eager=name == "eager")
        return loops.Bare(updates, feed)

    def _peers(self):
        from benchmarks.peers import environment, torch_setup

        python = environment.python()
        if python is None:
            return None
        config = self._workload.config(**self._given)
        updates = make_updates(config, self._workload.method)
        torch_setup.write(self._folder, config, updates, self._feed)
        child = Child("benchmarks.peers.torch_child", str(python))
        self._closing.append(child.close)
        child.ask("open", folder=self._folder)
        return child

    def _add_peer(self, child, name, precision):
        key = f"{name} {precision}"

        def build():
            compiled, bfloat16 = name == "pytorch compiled", precision != "float32"
            child.ask("build", name=key, compiled=compiled, bfloat16=bfloat16)
            return Remote(child, key)

        try:
            self._add(name, precision, build)
        except ChildError as error:
            self._row(name, precision, missing=f"failed: {error}")

    def _add(self, name, precision, build):
        self._say(f"{self._workload.name}: first step of {name} {precision}")
        loop = build()
        fixed = name == "keras fit"
        steps = self.steps["engine float32"] if fixed else 1
        first = loop.window(steps)
        again = loop.window(steps) / steps
        if not fixed:
            steps = max(1, round(self._seconds / again))
        key = f"{name} {precision}"
        self.contestants[key], self.steps[key] = loop, steps
        self._row(name, precision, steps=steps, first_seconds=first)

    def _row(self, name, precision, **more):
        config = self._workload.config(**self._workload.variants.get(name, {}))
        row = {"name": name, "precision": precision, "images": self._workload.images(config)}
        self.rows.append(row | more)


def progress(text: str) -> None:
    """Prints a line of progress, beside the results."""
    print(text, file=sys.stderr, flush=True)


def run(name: str, *, windows: int, quick: bool, settings: dict | None = None) -> list[dict]:
    """Measures one workload, with other settings than its own if any are given; see `measure`."""
    seconds = QUICK_SECONDS if quick else SECONDS
    return measure(changed(name, settings), windows=windows, seconds=seconds, say=progress)


def changed(name: str, settings: dict | None) -> Workload:
    """A workload with other settings than its own, if any are given."""
    workload = WORKLOADS[name]
    return dataclasses.replace(workload, settings=workload.settings | (settings or {}))


def setting(text: str) -> tuple[str, object]:
    """Name and value of NAME=VALUE, for argparse."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    try:
        return name.replace("-", "_"), json.loads(value)
    except json.JSONDecodeError:
        return name.replace("-", "_"), value


def main(arguments=None) -> int:
    """Prints the tables, or what has become slower."""
    from benchmarks import check, results, tables
    from benchmarks.machine import machine, prepare

    parser = Parser(prog="python -m benchmarks.step", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=WORKLOADS, help="workloads")
    parser.add_argument("--windows", type=positive, default=3, help="of each (default: 3)")
    parser.add_argument("--quick", action="store_true", help="short windows")
    parser.add_argument(
        "--set",
        nargs="+",
        type=setting,
        default=[],
        metavar="NAME=VALUE",
        help="settings in place of the workloads' own, such as image_size=128",
    )
    parser.add_argument(
        "--check", action="store_true", help="compare ratios with the stored results"
    )
    given = parser.parse(arguments)
    names, settings = given["only"] or list(WORKLOADS), dict(given["set"])
    if settings and given["check"]:
        parser.error("--set measures what is not stored; leave out --check")
    for name in names:
        changed(name, settings).config()
    # Before anything is measured: a missing file would be found last.
    stored = {name: results.read(name) for name in names} if given["check"] else {}
    prepare()
    slower = []
    for name in names:
        rows = run(name, windows=given["windows"], quick=given["quick"], settings=settings)
        if given["check"]:
            lines = check.compare(name, stored[name], {"rows": rows, "machine": machine()})
            print("\n".join(lines.text), flush=True)
            slower += lines.slower
        else:
            print(tables.step({"rows": rows}, changed(name, settings)), flush=True)
    if given["check"]:
        print(f"regressions: {', '.join(slower)}" if slower else "no regressions")
    return 1 if slower else 0


if __name__ == "__main__":
    run_main(main)
