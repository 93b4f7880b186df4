"""What the studies of few images have in common: sources, targets, measures and tables."""

import json
from pathlib import Path

import numpy as np

from benchmarks.studies.runs import cell, told, train, train_to
from data.derived.wanted import Wanted
from data.reading.open import open_source
from tfgan_kit.machine.files import write_json

SIZE, COLOUR = (("--image-size", 32, "--channels", channels) for channels in (1, 3))
QUIET = ("--sample-every", 10**6, "--checkpoint-every", 10**6)
WARM = {
    "none": (),
    "generator": ("--init-generator",),
    "discriminator": ("--init-discriminator",),
    "both": ("--init-from",),
}


def begun(way: str, source: Path) -> tuple:
    """The options of a warm start in one of the ways of `WARM`."""
    return tuple(part for flag in WARM[way] for part in (flag, source))


class Bench:
    """A folder of runs with their measures, and the rows of a study.

    Args:
      given: the parsed command line, see `benchmarks.studies.transfer.__main__`.

    Attributes:
      rows: what was measured so far.
    """

    def __init__(self, given):
        self.given, self.rows = given, []
        self.runs = given.runs.absolute()
        self.runs.mkdir(parents=True, exist_ok=True)

    def add(self, **row) -> None:
        """Keeps a row, and writes all of them if asked to."""
        self.rows.append(row)
        if self.given.json:
            write_json({"rows": self.rows}, self.given.json)

    def classifier(self, dataset: str, *, colour: bool = False) -> Path:
        """The file of a classifier of a whole data set, in whose features images are compared."""
        run = self.runs / f"classifier-{dataset}"
        steps = ("--steps", self.given.classifier_steps, "--width", 0.5)
        train(run, "classifier", "--dataset", dataset, *_size(colour), *steps)
        return run / "models" / "classifier.keras"

    def source(self, name: str, seed: int, *options, colour: bool = False) -> Path:
        """A run without labels on the data of the options, to start from."""
        run = self.runs / f"source-{name}-{seed}"
        long = ("--steps", self.given.source_steps, "--seed", seed)
        train(run, "gan", "--preset", "transfer-small", *options, *_size(colour), *QUIET, *long)
        return run

    def target(self, name, seed, steps, *options, method="gan", colour=False) -> Path:
        """A run on the data of the options, trained to a step."""
        run = self.runs / f"{name}-{seed}"
        options = ("--preset", "transfer-small", *options) if method != "minegan" else options
        train_to(run, steps, method, *options, *_size(colour), *QUIET, "--seed", seed)
        return run

    def measured(self, run: Path, step: int, *options) -> dict:
        """What `evaluate` says of a run, which is kept for that step; against held-out images."""
        where = self.runs / f"{run.name}-{step}.json"
        if not where.exists():
            found = told("evaluate", run, "--count", self.given.count, *options)
            write_json(found["measures"], where)
        return json.loads(where.read_text())

    def frechet(self, run: Path, step: int, classifier: Path) -> float:
        """The Frechet distance to held-out images in the features of a classifier."""
        features = f"classifier:{classifier}"
        found = self.measured(run, step, "--metrics", "fid", "--features", features)
        return found[f"frechet[{features}]"]

    def copies(self, dataset: str, wanted: Wanted, classifier: Path) -> float:
        """The same distance of the images themselves: of one who knows them by heart."""
        name = "-".join([dataset, *wanted.classes, str(wanted.examples), str(wanted.seed)])
        file, where = self.runs / f"few-{name}.npz", self.runs / f"few-{name}.json"
        if not where.exists():
            reader = open_source(dataset, image_size=32, channels=1, wanted=wanted)
            np.savez(file, images=reader.read(np.arange(len(reader)))["image"])
            features = f"classifier:{classifier}"
            sets = ("--real", dataset, "--real-split", "test", "--fake", file, *SIZE)
            found = told("evaluate", *sets, "--metrics", "fid", "--features", features)
            write_json({"frechet": found["measures"][f"frechet[{features}]"]}, where)
        return json.loads(where.read_text())["frechet"]


def _size(colour):
    return COLOUR if colour else SIZE


def table(rows: list[dict], line: str, column: str, value: str) -> str:
    """A line and a column for each value of two keys, with mean and spread of a third."""
    lines, columns = (list(dict.fromkeys(row[key] for row in rows)) for key in (line, column))
    text = [f"| {line} | {' | '.join(map(str, columns))} |", "|---" * (1 + len(columns)) + "|"]
    for each in lines:
        found = [
            [row[value] for row in rows if (row[line], row[column]) == (each, other)]
            for other in columns
        ]
        text.append(f"| {each} | {' | '.join(map(cell, found))} |")
    return "\n".join(text)
