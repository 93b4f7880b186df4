"""One part of `python -m benchmarks`, in a process of its own: `python -m benchmarks.part NAME`.

A part is a function of the number of windows and of whether to be quick, which returns rows.
"""

from benchmarks import results
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.machine import prepare, run_main
from tfgan_kit.settings.arguments import Parser, positive

WINDOWS = 3


def _step(name):
    def run(windows, quick):
        from benchmarks import step

        return step.run(name, windows=windows, quick=quick)

    return run


def _peak(windows, quick):
    from benchmarks.parts import peak
    from benchmarks.step import progress

    return peak.measure(windows=windows, quick=quick, say=progress)


def _limit(windows, quick):
    from benchmarks.loops import limit
    from benchmarks.step import progress

    rows = []
    for name in _some(quick):
        if not WORKLOADS[name].counted:
            continue
        progress(f"operations: {name}")
        rows.append(limit.count(name))
    return rows


def _profile(windows, quick):
    from benchmarks.parts import time_shares
    from benchmarks.step import progress

    time_shares.one_at_a_time()
    return [time_shares.profile(name, progress) for name in _some(quick)]


def _replicas(windows, quick):
    from benchmarks import step
    from benchmarks.parts import replicas

    seconds = step.QUICK_SECONDS if quick else step.SECONDS
    return replicas.measure(windows=windows, seconds=seconds, say=step.progress)


def _startup(windows, quick):
    from benchmarks.parts import startup
    from benchmarks.step import progress

    return startup.measure(windows=windows, say=progress)


def _some(quick):
    return list(WORKLOADS)[: 1 if quick else None]


PARTS = {
    **{name: _step(name) for name in WORKLOADS},
    "peak": _peak,
    "operations": _limit,
    "profile": _profile,
    "replicas": _replicas,
    "startup": _startup,
}


def run(name: str, *, windows: int, quick: bool) -> None:
    """Measures a part and writes its file."""
    prepare()
    options = ["--quick"] * quick
    options += [f"--windows {windows}"] if windows != WINDOWS else []
    rows = PARTS[name](windows, quick)
    command = " ".join([f"python -m benchmarks --only {name}", *options])
    results.write(name, rows, command=command, folder=results.folder(quick))


def main(arguments=None) -> int:
    """Runs one part; the options are those of `python -m benchmarks`."""
    parser = Parser(prog="python -m benchmarks.part", description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=PARTS)
    parser.add_argument("--windows", type=positive, default=WINDOWS)
    parser.add_argument("--quick", action="store_true")
    run(**parser.parse(arguments))
    return 0


if __name__ == "__main__":
    run_main(main)
