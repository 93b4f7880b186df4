"""What the studies of few images have in common: sources, targets, measures and tables."""

import sys
from pathlib import Path

from benchmarks.studies.runs import cell, ends, told, train, train_to
from benchmarks.studies.transfer.kept import ELSEWHERE, check_settings, kept
from tfgan_kit.machine.files import write_json

SIZE, COLOUR = (("--image-size", 32, "--channels", channels) for channels in (1, 3))
QUIET = ("--sample-every", 10**6, "--checkpoint-every", 10**6)
SMALL = ("--preset", "transfer-small")
# Where MineGAN is compared, all learn at its rates.
RATES = ("--generator-lr", 4e-4, "--discriminator-lr", 4e-4, "--beta-1", 0.5, "--beta-2", 0.999)
MINING = ("--preset", "mine-small", "--miner-lr", 4e-4, *RATES)
WARM = {
    "none": (),
    "generator": ("--init-generator",),
    "discriminator": ("--init-discriminator",),
    "both": ("--init-from",),
}


def begun(way: str, source: Path) -> tuple:
    """The options of a warm start in one of the ways of `WARM`."""
    return tuple(part for flag in WARM[way] for part in (flag, source))


def add_count(parser) -> None:
    """Adds the number of samples, to the studies that measure runs."""
    parser.add_argument("--count", type=int, default=2000, help="samples that are measured")


class Bench:
    """A folder of runs with their measures, and the rows of a study.

    What is there already is used if it is what is asked for, and else ends the program in one line.

    Args:
      given: the parsed command line, see `benchmarks.studies.transfer.__main__`.
      networks: options of all runs but MineGAN's, whose networks are those of its source.

    Attributes:
      rows: what was measured so far.
    """

    def __init__(self, given, networks: tuple = SMALL):
        self.given, self.rows, self._networks = given, [], networks
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
        self._trained(run, "classifier", "--dataset", dataset, *_size(colour), *steps)
        return run / "models" / "classifier.keras"

    def source(self, name: str, seed: int, *options, colour: bool = False) -> Path:
        """A run without labels on the data of the options, to start from."""
        run = self.runs / f"source-{name}-{seed}"
        long = ("--steps", self.given.source_steps, "--seed", seed)
        self._trained(run, "gan", *self._networks, *options, *_size(colour), *QUIET, *long)
        return run

    def _trained(self, run, method, *options):
        check_settings(run, method, *options)
        train(run, method, *options)

    def target(self, name, seed, steps, *options, method="gan", colour=False) -> Path:
        """A run on the data of the options, trained to a step, or beyond it before."""
        run = self.runs / f"{name}-{seed}"
        networks = self._networks if method != "minegan" else ()
        options = (*networks, *options, *_size(colour), *QUIET, "--seed", seed)
        check_settings(run, method, *options, but=("steps",))
        train_to(run, steps, method, *options)
        return run

    def check_step(self, run: Path, step: int) -> None:
        """Ends the program if a run has gone beyond a step, at which it can no longer be measured.

        Args:
          run: the run's directory.
          step: the step.
        """
        if (last := ends(run)[-1]) != step:
            sys.exit(f"{run} is at step {last}, not at step {step}; {ELSEWHERE}")

    def compared(self, name: str, *options) -> dict:
        """What `evaluate` says of what the options name; kept under that name."""
        return kept(self.runs / f"{name}.json", options, lambda: self._evaluated(*options))

    def measured(self, run: Path, step: int, *options) -> dict:
        """What `evaluate` says of a run, which is kept for that step; against held-out images."""

        def measure():
            self.check_step(run, step)
            return self._evaluated(*options)

        options = (run, "--count", self.given.count, *options)
        return kept(self.runs / f"{run.name}-{step}.json", options, measure)

    def _evaluated(self, *options):
        return told("evaluate", *options)["measures"]

    def frechet(self, run: Path, step: int, classifier: Path) -> float:
        """The Frechet distance to held-out images in the features of a classifier."""
        return self._in_features(run, step, classifier)[f"frechet[classifier:{classifier}]"]

    def frechet_of_few(self, run: Path, step: int, classifier: Path) -> float:
        """The same distance of the images that a run of a few was trained on."""
        found = self._in_features(run, step, classifier)["reference"]["real"]
        return found[f"frechet[classifier:{classifier}]"]

    def _in_features(self, run, step, classifier):
        features = ("--features", f"classifier:{classifier}")
        return self.measured(run, step, "--metrics", "fid", *features)


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
