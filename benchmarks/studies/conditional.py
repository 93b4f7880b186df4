"""Study of generation by label: `python -m benchmarks.studies.conditional --output FILE.json`.

Trains the preset DATASET-small of each method on each data set with each seed, one run at a time,
as `main.py train METHOD --preset NAME --seed N` does, and measures `--count` images, as many of
each class, by `trainers.conditional.measures`: accuracy under a classifier that was trained on real
images, distances, diversity within classes. Beside it stands the accuracy on real test images of a
small classifier that was trained on the generated ones. The method `gan` is the plain baseline: a
generator that knows no labels, whose images a classifier, another than the judge, sorts. The row
"real" is training images in place of generated ones.

`--labels half` uses half of the labels, `--labels noisy` makes one in ten wrong, `--labels few`
uses those of 20 images of each class, and `--labels alone` trains on these images alone, without
the unlabelled rest; for the baseline they are those of the classifier that sorts. What is in the
output or finished in the folder of `--runs` is not repeated, and a run that was interrupted goes
on.
"""

import argparse
import dataclasses
import itertools
import json
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.labelled import LABELS, NOISE, Ground, learn, network_of, samples
from benchmarks.studies.runs import cell, train
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json
from trainers import registry

COLUMNS = {
    "accuracy": "accuracy",
    "accuracy_lowest": "lowest class",
    "trained_on_generated": "train on generated, test on real",
    "classifier_frechet_mean": "Fréchet, mean of classes",
    "classifier_frechet": "Fréchet, all",
    "diversity": "MS-SSIM within classes",
    "diverse_classes": "diverse classes",
    "accuracy_at_16": "accuracy at 16",
    "accuracy_at_8": "accuracy at 8",
}
BASELINE, REAL = "gan", "real"
CLASSIFIER_STEPS = 1000  # Of judge, labeller and student, unless a setting says otherwise.
_SHORT = {"fashion_mnist": "fashion"}


class Study:
    """The runs of a study, in one folder.

    Args:
      runs: the folder.
      count: how many images are measured.
      settings: of all runs in place of the presets', name -> text; a method takes those it has.
    """

    def __init__(self, runs: Path, count: int, settings: dict[str, str]):
        self._runs, self._count, self._settings = runs, count, settings
        self._steps = int(settings.get("classifier_steps", CLASSIFIER_STEPS))
        self._grounds = {}

    def identity(self, method: str, preset: str, labels: str, seed: int) -> dict:
        """What a row is a row of."""
        row = {"method": method, "preset": preset, "labels": labels, "seed": seed}
        return row | {"count": self._count, "settings": self._settings}

    def row(self, method: str, preset: str, labels: str, seed: int) -> dict:
        """Trains one run and measures it.

        Args:
          method: of the registry.
          preset: one of its presets.
          labels: one of `benchmarks.studies.labelled.LABELS`.
          seed: the run's.

        Returns:
          `identity`, and "measures": see `trainers.conditional.measures.LabelMeasures.of_samples`,
          with "trained_on_generated".

        Raises:
          SystemExit: if a training fails.
        """
        ground = self._ground(method, preset)
        # The baseline learns without labels: it is one run whatever they are.
        of_run = "all" if method == BASELINE else labels
        run = self._folder(method, preset, of_run, seed)
        changed = {
            "half": ("--labelled-per-class", ground.half),
            "noisy": ("--label-noise", NOISE),
            "few": ("--labelled-per-class", ground.few),
        }
        if of_run == "alone":
            data = run.with_name(f"{run.name}.npz")
            data.parent.mkdir(parents=True, exist_ok=True)
            ground.write_alone(data, seed)
            # A judge of these images alone would know less than that of all.
            changed[of_run] = ("--dataset", data, "--classifier-steps", 0)
        flags = [f for k, v in self._own(method).items() for f in (f"--{k.replace('_', '-')}", v)]
        flags += changed.get(of_run, ())
        train(run, method, "--preset", preset, "--seed", seed, *flags)
        labeller = self._labeller(preset, labels, ground) if method == BASELINE else None
        made = samples(run, self._count, seed, labeller)
        measures = self._measured(ground, made, method, preset, labels, seed)
        return self.identity(method, preset, labels, seed) | {"measures": measures}

    def real(self, method: str, preset: str) -> dict:
        """Measures training images in place of generated ones; see `row`."""
        ground = self._ground(method, preset)
        made = ground.real_samples(self._count, 0)
        measures = self._measured(ground, made, REAL, preset, "all", 0)
        # The judge was trained on these images: it is asked of those that it has not seen.
        unseen = measures["reference"]["real"]
        measures |= {name: unseen[name] for name in ("accuracy", "accuracy_lowest")}
        return self.identity(REAL, preset, "all", 0) | {"measures": measures}

    def _measured(self, ground, made, method, preset, labels, seed):
        images, asked = made
        measures = ground.measures.of_samples(images, asked, seed)
        student = self._folder(f"student-{method}-{self._count}", preset, labels, seed)
        examples = {"image": images, "label": asked}
        right = learn(student, examples, ground, self._steps, seed)
        return measures | {"trained_on_generated": right}

    def _labeller(self, preset, labels, ground):
        run = self._folder("labeller", preset, labels, 0)
        right = learn(run, ground.known(labels, 0), ground, self._steps, 0)
        print(f"labeller for {preset}, labels {labels}: accuracy {right:.3f}", flush=True)
        return network_of(run)

    def _ground(self, method, preset):
        settings = registry.preset(method, preset) | self._own(method)
        wanted = {name: settings.get(name) for name in ("dataset", "image_size", "channels")}
        wanted["classifier_steps"] = self._steps
        key = json.dumps(wanted)
        if key not in self._grounds:
            self._grounds[key] = Ground({k: v for k, v in wanted.items() if v is not None})
        return self._grounds[key]

    def _own(self, method):
        fields = dataclasses.fields(registry.find(method).config_class())
        known = {field.name for field in fields}
        return {name: value for name, value in self._settings.items() if name in known}

    def _folder(self, what, preset, labels, seed):
        changed = [f"{name}={value}" for name, value in self._settings.items()]
        return self._runs / "-".join([what, preset, labels, *changed, str(seed)])


def table(rows: list[dict]) -> str:
    """A line per preset, labels and method, with mean and spread over the seeds."""
    shown = [name for name in COLUMNS if any(name in row["measures"] for row in rows)]
    lines = [
        "| preset | labels | method | seeds | " + " | ".join(COLUMNS[n] for n in shown) + " |",
        "|---" * (4 + len(shown)) + "|",
    ]
    for key in dict.fromkeys((row["preset"], row["labels"], row["method"]) for row in rows):
        own = [row for row in rows if (row["preset"], row["labels"], row["method"]) == key]
        seeds = ",".join(str(row["seed"]) for row in own)
        cells = [cell([row["measures"][n] for row in own if n in row["measures"]]) for n in shown]
        lines.append(f"| {' | '.join(key)} | {seeds} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _listed(text):
    return [part.strip() for part in text.split(",") if part.strip()]


def _settings(text):
    pairs = [part.partition("=") for part in _listed(text)]
    if not all(name and equals and value for name, equals, value in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE,NAME=VALUE")
    return {name.replace("-", "_"): value for name, _, value in pairs}


def _parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    methods = ["cgan", "acgan", "projection", BASELINE]
    add("--methods", type=_listed, default=methods, help="names, joined with commas")
    add("--datasets", type=_listed, default=["mnist", "fashion_mnist"], help="as well")
    add("--presets", type=_listed, help="in place of the data sets' own NAME-small")
    add("--labels", type=_listed, default=["all"], help=f"any of {','.join(LABELS)}")
    add("--seeds", type=lambda text: [int(s) for s in _listed(text)], default=[0, 1, 2])
    add("--settings", type=_settings, default={}, help="NAME=VALUE,..., in place of the presets'")
    add("--count", type=int, default=10_000, help="images to measure (default: 10000)")
    add("--runs", type=Path, default=Path("runs/conditional"), help="folder of the runs")
    add("--output", type=Path, required=True, metavar="FILE.json", help="what was measured")
    given = parser.parse_args()
    given.presets = given.presets or [f"{_SHORT.get(name, name)}-small" for name in given.datasets]
    wrong = set(given.labels) - set(LABELS)
    if wrong:
        parser.error(f"--labels {','.join(sorted(wrong))}: choose any of {', '.join(LABELS)}")
    try:
        for method, preset in itertools.product(given.methods, given.presets):
            registry.find(method)
            registry.preset(method, preset)
    except UserError as error:
        parser.error(str(error))
    return given


def main() -> None:
    """Trains, measures, writes JSON after each run and prints the table."""
    given = _parse()
    given.runs.mkdir(parents=True, exist_ok=True)
    study = Study(given.runs.absolute(), given.count, given.settings)
    rows = json.loads(given.output.read_text())["rows"] if given.output.exists() else []
    wanted = [(REAL, preset, "all", 0) for preset in given.presets]
    wanted += itertools.product(given.methods, given.presets, given.labels, given.seeds)
    for number, (method, preset, labels, seed) in enumerate(wanted, 1):
        where = f"[{number} of {len(wanted)}] {method}, {preset}, labels {labels}, seed {seed}"
        identity = study.identity(method, preset, labels, seed)
        if any(identity.items() <= row.items() for row in rows):
            print(f"{where}: measured before", flush=True)
            continue
        print(where, flush=True)
        if method == REAL:
            rows.append(study.real(given.methods[0], preset))
        else:
            rows.append(study.row(method, preset, labels, seed))
        write_json({"rows": rows}, given.output)
    print(table(rows))


if __name__ == "__main__":
    run_main(main)
