"""Density or diversity: a source of one class, or of nine with as many images together.

Fashion-MNIST, the target 200 images of the last class. Beside a run from scratch, one is begun as a
generator of 6,000 images of one other class, another for each seed, and one as a generator of 667
of each of the nine. The source of the idea found dense sources better.
"""

from benchmarks.studies.transfer.bench import Bench, add_count, begun, table
from data.reading.open import open_source


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.add_argument("--dataset", default="fashion_mnist", help="with classes")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--size", type=int, default=6_000, help="images of a source")
    add_count(parser)


def main(given) -> None:
    """Trains, measures and prints the table."""
    bench = Bench(given)
    *others, last = open_source(given.dataset).classes
    classifier = bench.classifier(given.dataset)
    target = ("--dataset", given.dataset, "--classes", last, "--examples", given.images)
    for seed in given.seeds:
        number = seed % len(others)
        dense = others[number]
        # As many of each, so that the sizes agree but for the remainder.
        data = ("--dataset", given.dataset, "--examples", given.size, "--classes")
        sources = {
            "dense": bench.source(f"dense-{number}", seed, *data, dense),
            "diverse": bench.source("diverse", seed, *data, ",".join(others)),
        }
        for name, source in [("scratch", None), *sources.items()]:
            warm = () if source is None else begun("both", source)
            run = bench.target(f"{name}-to-last", seed, given.steps, *target, *warm)
            value = bench.frechet(run, given.steps, classifier)
            bench.add(source=name, target=last, seed=seed, dense=dense, frechet=value)
    print(table(bench.rows, "source", "target", "frechet"))
