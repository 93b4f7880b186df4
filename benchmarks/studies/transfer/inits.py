"""Which weights help, over the number of images: none, those of G, of D, of both.

WGAN-GP of DCGANs on plain glyphs and on Fashion-MNIST, and then on images of MNIST or another
target, begun in each of four ways. The Frechet distance to held-out images of the target, in the
features of a classifier of it, at some steps, and that of the images themselves. The paper finds
both best, most so with few images, and G alone worst.
"""

import itertools

from benchmarks.studies.transfer.bench import WARM, Bench, add_count, begun, table


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.add_argument("--sources", nargs="+", default=["glyphs", "fashion_mnist"])
    parser.add_argument("--target", default="mnist", help="with classes (default: mnist)")
    parser.add_argument("--colour", action="store_true", help="all images in three channels")
    parser.add_argument("--images", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--at", type=int, nargs="+", default=[100, 500], help="further steps")
    add_count(parser)


def main(given) -> None:
    """Trains, measures and prints the tables."""
    bench = Bench(given)
    classifier = bench.classifier(given.target, colour=given.colour)
    steps = sorted({*given.at, given.steps})
    place = "" if given.target == "mnist" else f"{given.target}-"
    for seed, count in itertools.product(given.seeds, given.images):
        for source, way in itertools.product(given.sources, WARM):
            if way == "none" and source != given.sources[0]:
                continue  # It is the same whatever the source.
            called = f"{source}-colour" if given.colour else source
            start = bench.source(called, seed, "--dataset", source, colour=given.colour)
            warm = begun(way, start)
            init = "none" if way == "none" else f"{way}, {source}"
            name = f"{place}{'none' if way == 'none' else f'{way}-{source}'}-{count}"
            for step in steps:
                data = ("--dataset", given.target, "--examples", count)
                run = bench.target(name, seed, step, *data, *warm, colour=given.colour)
                value = bench.frechet(run, step, classifier)
                bench.add(init=init, images=count, step=step, seed=seed, frechet=value)
        value = bench.frechet_of_few(run, given.steps, classifier)
        bench.add(init="the images", images=count, step=given.steps, seed=seed, frechet=value)
    print(table([r for r in bench.rows if r["step"] == given.steps], "init", "images", "frechet"))
    for count in given.images:
        print(f"\nwith {count} images, over the steps:\n")
        print(table([r for r in bench.rows if r["images"] == count], "init", "step", "frechet"))
