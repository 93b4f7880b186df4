"""What growing is worth: `python -m benchmarks.studies.latent.growth`.

Trains ProGAN with each seed twice on images of each size: grown from 4x4 pixels, and with the last
networks from the start (`--initial-size` is the images'). The Frechet distance to held-out images,
in the features of a classifier that is trained first, is measured every `--interval` steps. Printed
are images per second in each phase; and for each size the distance at the end, that is after
equally many images, the distance when the faster of both was done, and the minutes that each took
to come as near as the worse of them ends. Minutes are those of the training, without the measures.
Finished runs in the folder of `--runs` are not repeated.
"""

import argparse
import csv
import itertools
import json
import statistics
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, classifier, train
from tfgan_kit.machine.files import write_json
from tfgan_kit.settings.option import make
from trainers.generation.growing.phases import phases
from trainers.generation.progan.config import ProGANConfig

WAYS = ("grown", "full size")
PRESET = ("--preset", "glyphs-small")


def main() -> None:
    """Trains, prints the tables and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="glyphs", help="with classes (default: glyphs)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=4000, help="(default: %(default)s)")
    parser.add_argument("--interval", type=int, default=250, help="(default: %(default)s)")
    parser.add_argument("--count", type=int, default=1000, help="samples that are measured")
    parser.add_argument("--classifier-steps", type=int, default=600)
    parser.add_argument("--runs", type=Path, default=Path("runs/growth"), help="folder of runs")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the rows to this file")
    given = parser.parse_args()
    rows = []
    for size, seed in itertools.product(given.sizes, given.seeds):
        run = given.runs.absolute() / f"classifier-{size}"
        judge = classifier(run, given.dataset, given.classifier_steps, "--image-size", size)
        for way in WAYS:
            run = given.runs.absolute() / f"{way.replace(' ', '-')}-{size}-{seed}"
            train(run, "progan", *options_of(given, size, way, judge), "--seed", seed)
            found = {"rates": rates(run), "curve": curve(run, f"frechet[classifier:{judge}]")}
            rows.append({"size": size, "seed": seed, "way": way, **found})
            if given.json:
                write_json({"rows": rows}, given.json)
    print(speeds(rows), gains(rows), sep="\n\n")


def options_of(given, size: int, way: str, judge: Path) -> tuple:
    """What `main.py train progan` is told; `judge` is the classifier's file."""
    first = ("--initial-size", size) if way == "full size" else ()
    features = ("--evaluate-features", f"classifier:{judge}", "--evaluate-count", given.count)
    measured = ("--evaluate-metrics", "fid", "--evaluate-every", given.interval, *features)
    data = ("--dataset", given.dataset, "--image-size", size, "--steps", given.steps)
    return (*PRESET, *data, *first, *measured)


def _logged(run):
    """Each row of metrics.csv: the steps it is about, from and to, and images per second."""
    last = 0
    with open(run / "metrics.csv", newline="") as file:
        for row in csv.DictReader(file):
            step = int(row["step"])
            if row["images_per_second"]:
                yield last, step, float(row["images_per_second"])
            last = step


def _phases(run):
    return phases(make(ProGANConfig, json.loads((run / "config.json").read_text())["settings"]))


def rates(run: Path) -> dict[str, float]:
    """Images per second of each phase: the median of the rows of the log that lie in it."""
    found, rows = {}, [*_logged(run)]
    for phase in _phases(run):
        until = phase.until or float("inf")
        own = [rate for first, last, rate in rows if phase.first_step <= first and last <= until]
        if own:
            found[str(phase)] = statistics.median(own)
    return found


def curve(run: Path, name: str) -> list[tuple[float, float]]:
    """The minutes of training at each evaluation of a run, and what was measured then."""
    steps, minutes, total = [0], [0.0], 0.0
    for first, last, rate in _logged(run):
        total += (last - first) * _phases(run)[0].batch_size / rate / 60
        steps.append(last)
        minutes.append(total)
    entries = json.loads((run / "evaluation.json").read_text())
    return [(float(np.interp(e["step"], steps, minutes)), e[name]) for e in entries if name in e]


def nearest_by(curve, minutes: float) -> float:
    """The smallest distance that was measured within so many minutes."""
    return min(distance for time, distance in curve if time <= minutes + 1e-9)


def minutes_to(curve, distance: float) -> float:
    """The minutes at the first measure that is as near, one of which must be."""
    return next(time for time, found in curve if found <= distance)


def speeds(rows: list[dict]) -> str:
    """Images per second: a line per phase, a column per size; mean and spread over the seeds."""
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    lines = [f"| images/s | {' | '.join(f'to {size}x{size}' for size in sizes)} |"]
    lines.append("|---" * (1 + len(sizes)) + "|")
    of_phase = {}
    for row in rows:
        for phase, rate in row["rates"].items():
            name = phase if row["way"] == "grown" else "full size"
            of_phase.setdefault(name, {}).setdefault(row["size"], []).append(rate)
    for phase, found in of_phase.items():
        cells = [cell(found.get(size, [])) for size in sizes]
        lines.append(f"| {phase} | {' | '.join(cells)} |")
    return "\n".join(lines)


def gains(rows: list[dict]) -> str:
    """Distances at equal images and at equal times, and the minutes to one distance."""
    lines = [
        "| size | way | distance at the end | minutes | at equal time | minutes to one distance |",
        "|---" * 6 + "|",
    ]
    for size in dict.fromkeys(row["size"] for row in rows):
        found = {way: [[], [], [], []] for way in WAYS}
        for seed in dict.fromkeys(row["seed"] for row in rows):
            own = {r["way"]: r["curve"] for r in rows if (r["size"], r["seed"]) == (size, seed)}
            if len(own) < len(WAYS):
                continue
            ends = {way: curve[-1] for way, curve in own.items()}
            soonest = min(time for time, _ in ends.values())
            worse = max(distance for _, distance in ends.values())
            for way, curve in own.items():
                time, distance = ends[way]
                values = distance, time, nearest_by(curve, soonest), minutes_to(curve, worse)
                for column, value in zip(found[way], values, strict=True):
                    column.append(value)
        for way, columns in found.items():
            lines.append(f"| {size} | {way} | {' | '.join(map(cell, columns))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
