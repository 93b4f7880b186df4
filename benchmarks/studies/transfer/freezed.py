"""What a warm start is worth with few images: `python -m benchmarks.studies.transfer freezed`.

Trains DCGAN on the plain glyphs, and then on `--images` images of each target in three ways: from
scratch, with the networks of the first run (`--init-from`), and with the first `--freeze` blocks of
its discriminator kept as they are as well (FreezeD). Each is measured with `--count` samples
against the whole target by the Frechet distance in the features of a classifier that is trained on
it first. The row "real" is the target's other split: what a perfect generator would get; the row
"few" is the images that were trained on, each as often as it takes: what a generator would get that
knows them by heart.
"""

import itertools
from pathlib import Path

import numpy as np

from benchmarks.studies.transfer.bench import COLOUR, Bench, add_count, begun, table
from data.reading.open import open_source

WAYS = ("from scratch", "warm start", "warm start, FreezeD")
NETWORK = ("--width", 0.25, "--batch-size", 32)


def few_images(target: str, count: int, runs: Path) -> Path:
    """A file of the first images of a target."""
    path = runs / f"{target}-{count}.npz"
    if not path.exists():
        batch = open_source(target, image_size=32, channels=3).read(np.arange(count))
        np.savez(path, images=batch["image"], labels=batch["label"])
    return path


def options(way: str, source: Path, freeze: int) -> tuple:
    """What `main.py train gan` is told of a way of training."""
    warm = begun("none" if way == WAYS[0] else "both", source)
    return (*warm, *(("--freeze-discriminator", freeze) if way == WAYS[2] else ()))


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.set_defaults(source_steps=1000, steps=400, classifier_steps=300)
    parser.add_argument("--targets", nargs="+", default=["glyphs-edge", "glyphs-street"])
    parser.add_argument("--images", type=int, default=200, help="to train on (default: 200)")
    parser.add_argument("--freeze", type=int, default=2, help="blocks of D (default: 2)")
    add_count(parser)


def main(given) -> None:
    """Trains, measures and prints the table."""
    bench = Bench(given, NETWORK)
    for target in given.targets:
        few = few_images(target, given.images, bench.runs)
        features = f"classifier:{bench.classifier(target, colour=True)}"

        def distance(name, fake, *more, target=target, features=features):
            sets = ("--real", target, "--fake", fake, *more, "--count", given.count, *COLOUR)
            found = bench.compared(name, *sets, "--metrics", "fid", "--features", features)
            return found[f"frechet[{features}]"]

        def add(images, seed, value, target=target):
            bench.add(images=images, target=target, seed=seed, distance=value)

        add("real", None, distance(f"real-{target}", target, "--fake-split", "test"))
        add("few", None, distance(f"few-{target}-{given.images}", few))
        for seed, way in itertools.product(given.seeds, WAYS):
            source = bench.source("glyphs", seed, "--dataset", "glyphs", colour=True)
            name = f"{target}-{way.replace(', ', '-').replace(' ', '-')}"
            how = ("--dataset", few, *options(way, source, given.freeze))
            run = bench.target(name, seed, given.steps, *how, colour=True)
            bench.check_step(run, given.steps)
            add(way, seed, distance(run.name, f"generated:{run}"))
    print(table(bench.rows, "images", "target", "distance"))
