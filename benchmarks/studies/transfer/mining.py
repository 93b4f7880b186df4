"""One digit from few images: from scratch, a warm start, FreezeD, mining alone, MineGAN.

Sources of MNIST with all digits ("on": the target lies among what they draw) and without the one
that is the target ("off"). Of each run: the share of samples that a classifier takes for another
digit, the Frechet distance to held-out images of the digit, coverage, and the median distance of
samples to the nearest training image, which is printed for held-out images as well. All learn as
WGAN-GP does, at the same rates, in as many steps.
"""

import itertools

import numpy as np

from benchmarks.studies.runs import cell, told
from benchmarks.studies.transfer.bench import MINING, RATES, Bench, add_count, begun, table
from data.reading.open import open_source
from tfgan_kit.models.saved_models import load_keras
from trainers.classification.classifier.trainer import predict

WAYS = ("scratch", "warm start", "FreezeD", "mining", "MineGAN")
FROZEN = 2  # Blocks of the discriminator that FreezeD keeps.
MEASURES = ("error", "frechet", "coverage", "nearest")


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.add_argument("--digits", nargs="+", default=["3", "7", "9"])
    parser.add_argument("--images", type=int, nargs="+", default=[1_000, 100])
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--share", type=float, default=0.75, help="of the steps that are mining")
    add_count(parser)


def error(run, count, classifier, digit) -> float:
    """The share of a run's samples that a classifier takes for another digit."""
    images = open_source(f"generated:{run}").read(np.arange(count))["image"]
    answers = predict(load_keras(classifier), images)["logits"].argmax(1)
    return float((answers != int(digit)).mean())


def train(bench, way, seed, digit, count, kind, source):
    """The run of one of `WAYS`."""
    given, data = bench.given, ("--dataset", "mnist", "--classes", digit, "--examples", count)
    size = ("--batch-size", given.batch_size)
    place = digit if way == "scratch" else f"{digit}-{kind}"
    name = f"{way.replace(' ', '-')}-{place}-{count}"
    if way in ("scratch", "warm start", "FreezeD"):
        warm = begun("none" if way == "scratch" else "both", source)
        frozen = ("--freeze-discriminator", FROZEN) if way == "FreezeD" else ()
        return bench.target(name, seed, given.steps, *data, *size, *RATES, *warm, *frozen)
    mined = given.steps if way == "mining" else max(1, round(given.share * given.steps))
    of_source = (*MINING, "--source", source, "--mining-steps", mined)
    return bench.target(name, seed, given.steps, *data, *size, *of_source, method="minegan")


def main(given) -> None:
    """Trains, measures and prints the tables."""
    bench = Bench(given)
    classifier = bench.classifier("mnist")
    features = f"classifier:{classifier}"
    for seed, digit, count in itertools.product(given.seeds, given.digits, given.images):
        others = ",".join(str(each) for each in range(10) if str(each) != digit)
        sources = {
            "on": bench.source("mnist", seed, "--dataset", "mnist"),
            "off": bench.source(
                f"without-{digit}", seed, "--dataset", "mnist", "--classes", others
            ),
        }
        for (kind, source), way in itertools.product(sources.items(), WAYS):
            if way == "scratch" and kind == "off":
                continue
            run = train(bench, way, seed, digit, count, kind, source)
            asked = ("--metrics", "fid,prdc", "--features", features)
            found = bench.measured(run, given.steps, *asked)
            bench.check_step(run, given.steps)
            near = told("neighbours", run, "--output", bench.runs / f"{run.name}.png")
            bench.add(
                way=way if way == "scratch" else f"{way}, {kind}",
                images=count,
                digit=digit,
                seed=seed,
                error=error(run, given.count, classifier, digit),
                frechet=found[f"frechet[{features}]"],
                coverage=found[f"coverage[{features}]"],
                nearest=near["samples"]["median"],
                held_out=near["held_out"]["median"],
                few=found["reference"]["real"][f"frechet[{features}]"],
            )
    others = {name: [row[name] for row in bench.rows] for name in ("few", "held_out")}
    print(f"the images themselves: frechet {cell(others['few'])}")
    print(f"held-out images: nearest {cell(others['held_out'])}")
    for name in MEASURES:
        print(f"\n{name}:\n")
        print(table(bench.rows, "way", "images", name))
