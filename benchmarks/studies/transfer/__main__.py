"""Studies of few images and trained generators: `python -m benchmarks.studies.transfer STUDY`.

What is finished in the folder of `--runs` is not repeated, and refused if it was asked for
otherwise.
"""

import argparse
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.transfer import classes, density, freezed, inits, mining, mixtures, sources

STUDIES = {
    "freezed": freezed,
    "inits": inits,
    "sources": sources,
    "density": density,
    "classes": classes,
    "mining": mining,
    "mixtures": mixtures,
}


def main() -> None:
    """Reads the command line and runs a study."""
    parser = argparse.ArgumentParser(description=__doc__)
    chosen = parser.add_subparsers(dest="study", required=True, metavar="STUDY")
    for name, study in STUDIES.items():
        about = study.__doc__.splitlines()[0].partition(":")[0]
        own = chosen.add_parser(name, help=about, description=study.__doc__)
        own.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
        own.add_argument("--source-steps", type=int, default=3000, help="(default: %(default)s)")
        own.add_argument(
            "--steps", type=int, default=2000, help="on the target (default: %(default)s)"
        )
        own.add_argument("--classifier-steps", type=int, default=1000)
        own.add_argument("--runs", type=Path, default=Path("runs/transfer"), help="folder of runs")
        own.add_argument("--json", type=Path, metavar="PATH", help="write the rows to this file")
        study.options_of(own)
    given = parser.parse_args()
    STUDIES[given.study].main(given)


if __name__ == "__main__":
    run_main(main)
