"""All benchmarks of speed: `python -m benchmarks [--only NAME...] [--quick] [--windows N]`.

Each part runs in a process of its own and writes benchmarks/results/NAME.json when it is done, so
what was finished before an interruption is kept. After each the tables of docs/performance.md are
written from all results that there are; `--tables` does only that. `--quick` is for trying the
programs: it writes to benchmarks/results/quick, prints the tables and leaves the docs alone.
`--peers` builds the environment of what the kit is compared with; without it their rows say "not
installed".
"""

import subprocess
import sys
import time

from benchmarks import results, tables
from benchmarks.machine import run_main
from benchmarks.part import PARTS, WINDOWS
from tfgan_kit.settings.arguments import Parser, positive


def main(arguments=None) -> int:
    """Does what was asked for and returns the exit status."""
    parser = Parser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=PARTS, help=f"of: {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="a trial; stores nothing for the docs")
    parser.add_argument(
        "--windows", type=positive, default=WINDOWS, help=f"of each loop (default: {WINDOWS})"
    )
    parser.add_argument("--tables", action="store_true", help="only write the docs' tables")
    parser.add_argument("--peers", action="store_true", help="only build the peers' environment")
    given = parser.parse(arguments)
    if given["peers"]:
        from benchmarks.peers import environment

        environment.build()
    elif given["tables"]:
        tables.write_docs()
    else:
        return _run(given["only"] or list(PARTS), given["windows"], given["quick"])
    return 0


def _run(names, windows, quick):
    start = time.perf_counter()
    options = ["--windows", str(windows)] + ["--quick"] * quick
    for i, name in enumerate(names):
        minutes = (time.perf_counter() - start) / 60
        print(f"[{i + 1}/{len(names)}] {name} (after {minutes:.1f} min)", flush=True)
        try:
            status = subprocess.run(
                [sys.executable, "-m", "benchmarks.part", name, *options]
            ).returncode
        except KeyboardInterrupt:
            status = 130
        if status:
            left = " ".join(
                ["--only", *names[i:], *(options if quick or windows != WINDOWS else [])]
            )
            print(f"stopped at {name}; to go on: python -m benchmarks {left}", file=sys.stderr)
            return status
        if not quick:
            tables.write_docs()
    print(f"done after {(time.perf_counter() - start) / 60:.1f} min")
    if quick:
        print(tables.text(results.load(results.folder(quick))))
    return 0


if __name__ == "__main__":
    run_main(main)
