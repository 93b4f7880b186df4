"""What learned directions are worth: `python -m benchmarks.studies.latent.directions`.

Trains a generator with each seed, and then three times `--steps` steps of `directions` on it: with
directions that are learned, with random ones, and with the axes, each with a reconstructor of its
own. The table has the accuracy of the reconstructors (RCA), and their mean error of eps. Finished
runs in the folder of `--runs` are not repeated.
"""

import argparse
import json
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, check_presets, train

MATRICES = ("random", "axes", "learned")
MEASURES = ("rca", "shift_error")


def main() -> None:
    """Trains, prints the table and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="glyphs-dcgan", help="of gan (default: glyphs-dcgan)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--count", type=int, default=16, help="directions (default: 16)")
    parser.add_argument("--steps", type=int, default=2000, help="of directions (default: 2000)")
    parser.add_argument("--runs", type=Path, default=Path("runs/directions"), help="folder of runs")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    given = parser.parse_args()
    check_presets(parser, [given.preset])
    runs = given.runs.absolute()
    rows = []
    for seed in given.seeds:
        generator = runs / f"{given.preset}-{seed}"
        train(generator, "gan", "--preset", given.preset, "--seed", seed)
        for matrix in MATRICES:
            run = runs / f"{given.preset}-{matrix}-{given.count}-{given.steps}-{seed}"
            what = ("--generator", generator, "--matrix", matrix, "--count", given.count)
            train(run, "directions", *what, "--steps", given.steps, "--seed", seed)
            entry = json.loads((run / "evaluation.json").read_text())[-1]
            rows.append({"matrix": matrix, "seed": seed} | {name: entry[name] for name in MEASURES})
            if given.json:
                Path(given.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    print(table(rows))


def table(rows: list[dict]) -> str:
    """A line per kind of directions, a column per measure, with mean and spread over the seeds."""
    lines = ["| directions | " + " | ".join(MEASURES) + " |", "|---" * (1 + len(MEASURES)) + "|"]
    for matrix in MATRICES:
        own = [row for row in rows if row["matrix"] == matrix]
        cells = [cell([row[name] for row in own]) for name in MEASURES]
        lines.append(f"| {matrix} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
