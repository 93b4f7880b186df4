"""Quality of the methods on real data: `python -m benchmarks.studies.quality --presets NAME ...`.

Trains presets of `gan` on each data set with each seed, as `main.py train gan --preset NAME` does,
and measures `--count` samples of the averaged generator with `main.py evaluate`: FID, KID and
precision and recall in the features of Inception, and the Frechet distance in those of a classifier
that is trained on the data set first. The row "real" is the split that was not trained on, measured
in the same way: what a perfect generator would get. Finished runs in the folder of `--runs` are not
repeated. FID needs the weights of Inception, see docs/metrics.md.
"""

import argparse
import itertools
import json
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, check_presets, main_py, train

COLUMNS = ("FID", "classifier Frechet", "KID", "precision", "recall")
CLASSIFIER = ("--image-size", 32, "--steps", 600, "--checkpoint-every", 600)


def judge(dataset: str, runs: Path) -> Path:
    """The classifier of a data set, trained unless it is there."""
    run = runs / f"classifier-{dataset}"
    train(run, "classifier", "--dataset", dataset, *CLASSIFIER)
    return run / "models" / "classifier.keras"


def of_run(run: Path, classifier: Path, count: int) -> dict:
    """Measures a finished run, unless that is done.

    Args:
      run: its directory.
      classifier: see `judge`.
      count: samples, and real images.

    Returns:
      Values by the names of `COLUMNS`.
    """
    keys, where = _keys(classifier), run / "evaluation.json"
    if not _measured(where, keys, count):
        for wanted in _wanted(classifier):
            # One seed for all runs: they are compared with the same real images.
            main_py("evaluate", run, "--count", count, "--seed", 0, *wanted)
    return {column: json.loads(where.read_text())[-1][key] for column, key in keys.items()}


def of_real(dataset: str, classifier: Path, count: int, runs: Path) -> dict:
    """Measures images that were not trained on as if they were generated; see `of_run`."""
    found = {}
    for number, wanted in enumerate(_wanted(classifier)):
        where = runs / f"real-{dataset}-{count}-{number}.json"
        if not where.exists():
            sources = ("--real", dataset, "--fake", dataset, "--fake-split", "test")
            size = ("--image-size", 32, "--count", count, "--output", where)
            main_py("evaluate", *sources, *size, *wanted)
        found |= json.loads(where.read_text())
    return {column: found[key] for column, key in _keys(classifier).items()}


def _keys(classifier):
    names = ("fid", f"frechet[classifier:{classifier}]", "kid", "precision", "recall")
    return dict(zip(COLUMNS, names, strict=True))


def _wanted(classifier):
    yield "--metrics", "fid", "--features", f"classifier:{classifier}"
    yield "--metrics", "fid,kid,prdc"


def _measured(where, keys, count):
    if not where.exists():
        return False
    protocols = json.loads(where.read_text())[-1].get("protocols", {})
    return all(protocols.get(key, {}).get("count") == count for key in keys.values())


def main() -> None:
    """Trains, measures, prints the table and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presets", nargs="+", default=["dcgan", "wgan-gp"])
    parser.add_argument("--datasets", nargs="+", default=["mnist", "fashion_mnist"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--count", type=int, default=10_000, help="samples (default: 10000)")
    parser.add_argument("--runs", type=Path, default=Path("runs/quality"), help="folder of runs")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--options", nargs=argparse.REMAINDER, default=[], help="for main.py train")
    given = parser.parse_args()
    check_presets(parser, given.presets)
    runs = given.runs.absolute()
    runs.mkdir(parents=True, exist_ok=True)
    rows = []
    for dataset in given.datasets:
        classifier = judge(dataset, runs)
        values = of_real(dataset, classifier, given.count, runs)
        rows.append({"images": "real", "dataset": dataset, "seed": None, "values": values})
        for preset, seed in itertools.product(given.presets, given.seeds):
            run = runs / f"{preset}-{dataset}-{seed}"
            options = ("--preset", preset, "--dataset", dataset, "--seed", seed, *given.options)
            train(run, "gan", *options)
            values = of_run(run, classifier, given.count)
            rows.append({"images": preset, "dataset": dataset, "seed": seed, "values": values})
            if given.json:
                Path(given.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    print(table(rows))


def table(rows: list[dict]) -> str:
    """A line per data set and preset, with mean and spread over the seeds."""
    lines = [
        "| images | of | seeds | " + " | ".join(COLUMNS) + " |",
        "|---" * (3 + len(COLUMNS)) + "|",
    ]
    for key in dict.fromkeys((row["dataset"], row["images"]) for row in rows):
        own = [row for row in rows if (row["dataset"], row["images"]) == key]
        seeds = ", ".join(str(row["seed"]) for row in own if row["seed"] is not None)
        cells = [cell([row["values"][column] for row in own]) for column in COLUMNS]
        lines.append(f"| {key[1]} | {key[0]} | {seeds} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
