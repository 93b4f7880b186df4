"""Targets with classes: an AC-GAN begun as a generator without, by factors of each class.

A WGAN-GP of plain glyphs, then AC-GANs on so many images of each digit of MNIST, from scratch and
begun as it (`--generator-label cbn`). The accuracy of generated digits under a classifier of real
ones, and the mean Frechet distance of each class, at some steps.
"""

import itertools

from benchmarks.studies.transfer.bench import Bench, add_count, begun, table

MEASURES = ("accuracy", "classifier_frechet_mean")


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.add_argument("--per-class", type=int, nargs="+", default=[10, 100, 600])
    parser.add_argument("--at", type=int, nargs="+", default=[250], help="further steps")
    parser.add_argument("--batch-size", type=int, default=32)
    add_count(parser)


def main(given) -> None:
    """Trains, measures and prints the tables."""
    bench, steps = Bench(given), sorted({*given.at, given.steps})
    for seed, count in itertools.product(given.seeds, given.per_class):
        source = bench.source("glyphs", seed, "--dataset", "glyphs")
        for way in ("none", "both"):
            data = ("--dataset", "mnist", "--examples", 10 * count)
            judge = ("--classifier-steps", given.classifier_steps)
            size = ("--batch-size", given.batch_size)
            options = (*data, *judge, *size, *begun(way, source))
            for step in steps:
                name = f"classes-{way}-{count}"
                run = bench.target(name, seed, step, *options, method="acgan")
                found = bench.measured(run, step)
                row = {"begun": way, "step": step, "per class": count, "seed": seed}
                bench.add(**row, **{name: found[name] for name in MEASURES})
    for name, step in itertools.product(MEASURES, steps):
        print(f"\n{name} at step {step}:\n")
        rows = [row for row in bench.rows if row["step"] == step]
        print(table(rows, "begun", "per class", name))
