"""What a warm start is worth with few images: `python -m benchmarks.studies.transfer freezed`.

Trains DCGAN on the plain glyphs, and then on `--images` images of each target in three ways: from
scratch, with the networks of the first run (`--init-from`), and with the first `--freeze` blocks of
its discriminator kept as they are as well (FreezeD). Each is measured with 2000 samples against the
whole target by the Frechet distance in the features of a classifier that is trained on it first.
The row "real" is the target's other split: what a perfect generator would get; the row "few" is the
images that were trained on, each as often as it takes: what a generator would get that knows them
by heart. Finished runs in the folder of `--runs` are not repeated.
"""

import itertools
import json
from pathlib import Path

import numpy as np

from benchmarks.studies.runs import cell, main_py, train
from data.reading.open import open_source

WAYS = ("from scratch", "warm start", "warm start, FreezeD")
SIZE = ("--image-size", 32, "--channels", 3)
NETWORK = (*SIZE, "--width", 0.25, "--batch-size", 32)
QUIET = ("--sample-every", 10**6, "--checkpoint-every", 10**6)
CLASSIFIER = (*SIZE, "--steps", 300, "--checkpoint-every", 300, "--width", 0.5)
COUNT = 2000


def few_images(target: str, count: int, runs: Path) -> Path:
    """A file of the first images of a target."""
    path = runs / f"{target}-{count}.npz"
    if not path.exists():
        batch = open_source(target, image_size=32, channels=3).read(np.arange(count))
        np.savez(path, images=batch["image"], labels=batch["label"])
    return path


def options(way: str, source: Path, freeze: int) -> tuple:
    """What `main.py train gan` is told of a way of training."""
    warm = ("--init-from", source) if way != WAYS[0] else ()
    return (*warm, *(("--freeze-discriminator", freeze) if way == WAYS[2] else ()))


def distance(fake: str, target: str, classifier: Path, where: Path, *more) -> float:
    """The Frechet distance of images to a target, measured unless that is done.

    Args:
      fake: as `main.py evaluate --fake` takes it.
      target: name of the data set.
      classifier: whose features are compared.
      where: the .json file of the result.
      more: further options of `evaluate`.
    """
    if not where.exists():
        features = ("--metrics", "fid", "--features", f"classifier:{classifier}")
        sets = ("--real", target, "--fake", fake, "--count", COUNT)
        main_py("evaluate", *sets, *SIZE, *features, "--output", where, *more)
    return json.loads(where.read_text())[f"frechet[classifier:{classifier}]"]


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.set_defaults(source_steps=1000, steps=400, seeds=[0, 1, 2])
    parser.add_argument("--targets", nargs="+", default=["glyphs-edge", "glyphs-street"])
    parser.add_argument("--images", type=int, default=200, help="to train on (default: 200)")
    parser.add_argument("--freeze", type=int, default=2, help="blocks of D (default: 2)")


def main(given) -> None:
    """Trains, measures, prints the table and, on request, writes JSON."""
    runs = given.runs.absolute()
    runs.mkdir(parents=True, exist_ok=True)
    rows = []

    def add(images, target, seed, value):
        rows.append({"images": images, "target": target, "seed": seed, "distance": value})
        if given.json:
            Path(given.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")

    for target in given.targets:
        few = few_images(target, given.images, runs)
        train(runs / f"classifier-{target}", "classifier", "--dataset", target, *CLASSIFIER)
        classifier = runs / f"classifier-{target}" / "models" / "classifier.keras"
        real = distance(
            target, target, classifier, runs / f"real-{target}.json", "--fake-split", "test"
        )
        add("real", target, None, real)
        where = runs / f"few-{target}-{given.images}.json"
        add("few", target, None, distance(str(few), target, classifier, where))
        for seed, way in itertools.product(given.seeds, WAYS):
            source = runs / f"source-{seed}"
            seeded = (*NETWORK, *QUIET, "--seed", seed)
            train(source, "gan", "--dataset", "glyphs", *seeded, "--steps", given.source_steps)
            run = runs / f"{target}-{way.replace(', ', '-').replace(' ', '-')}-{seed}"
            of_way = options(way, source, given.freeze)
            train(run, "gan", "--dataset", few, *seeded, "--steps", given.steps, *of_way)
            where = runs / f"{run.name}.json"
            add(way, target, seed, distance(f"generated:{run}", target, classifier, where))
    print(table(rows))


def table(rows: list[dict]) -> str:
    """A line per kind of images, a column per target, with mean and spread over the seeds."""
    targets = list(dict.fromkeys(row["target"] for row in rows))
    lines = ["| images | " + " | ".join(targets) + " |", "|---" * (1 + len(targets)) + "|"]
    for images in dict.fromkeys(row["images"] for row in rows):
        own = [row for row in rows if row["images"] == images]
        cells = [cell([r["distance"] for r in own if r["target"] == t]) for t in targets]
        lines.append(f"| {images} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
