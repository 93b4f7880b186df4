"""Several generators: whether their chances follow the shares of a mixed target.

Generators of threes and of sevens in colour, and as targets so many images of both in reddish ink,
of which a share are threes. Printed are the chance p of the generator of threes after mining for
each share, and the Frechet distances of MineGAN and of warm starts from either generator. Then
generators of plain, edge, negative and rotated glyphs are mined together for digits of MNIST: the
chance of the plain ones should be the largest.
"""

import sys

import numpy as np

from benchmarks.studies.transfer.bench import COLOUR, MINING, RATES, Bench, begun, table
from data.derived.wanted import Wanted
from data.reading.open import open_source
from tfgan_kit.models.saved_models import load_keras

STYLES = ("glyphs", "glyphs-edge", "glyphs-negative", "glyphs-rotate")


def options_of(parser) -> None:
    """Adds what only this study is told."""
    parser.add_argument("--shares", type=float, nargs="+", default=[0.1, 0.3, 0.5, 0.7, 0.9])
    parser.add_argument("--images", type=int, default=200, help="of each target")
    parser.add_argument("--batch-size", type=int, default=32)


def reddish(images: np.ndarray) -> np.ndarray:
    """Which images have ink in which red is the strongest, bool (n,).

    Args:
      images: uint8 (n, height, width, 3) on dark ground.
    """
    brightest = images.reshape(len(images), -1, 3).max(1).astype(int)
    return brightest[:, 0] > brightest[:, 1:].max(1)


def mixture(folder, share: float, count: int, split: str):
    """A file of reddish digits, of which a share are threes and the others sevens."""
    path = folder / f"reddish-{share:g}-{count}-{split}.npz"
    if not path.exists():
        parts = []
        for digit, own in (("3", round(share * count)), ("7", count - round(share * count))):
            how = {"image_size": 32, "channels": 3, "split": split}
            reader = open_source("glyphs-color", wanted=Wanted((digit,)), **how)
            images = reader.read(np.arange(min(len(reader), 20 * count)))["image"]
            red = images[reddish(images)]
            if len(red) < own:
                sys.exit(
                    f"the {split} images of glyphs-color have {len(red)} reddish {digit}s of the "
                    f"{own} that a mixture of {count} needs; give fewer --images"
                )
            parts.append(red[:own])
        np.savez(path, images=np.concatenate(parts))
    return path


def mined(bench, name, seed, sources, data, colour):
    """A run of MineGAN on several generators; gives it and the chances of these."""
    steps = ("--mining-steps", max(1, round(0.75 * bench.given.steps)))
    how = (*MINING, "--source", ",".join(map(str, sources)), *steps)
    where = {"method": "minegan", "colour": colour}
    run = bench.target(name, seed, bench.given.steps, *data, *how, **where)
    bench.check_step(run, bench.given.steps)
    chooser = load_keras(run / "models" / "chooser.keras")
    return run, [round(float(p), 3) for p in chooser.get_layer("choice").chances()]


def main(given) -> None:
    """Trains, measures and prints the tables."""
    bench = Bench(given)
    classifier = bench.classifier("glyphs-color", colour=True)
    features = f"classifier:{classifier}"
    for seed in given.seeds:
        sources = {}
        for digit in ("3", "7"):
            data = ("--dataset", "glyphs-color", "--classes", digit)
            sources[digit] = bench.source(f"color-{digit}", seed, *data, colour=True)
        for share in given.shares:
            train, test = (mixture(bench.runs, share, given.images, s) for s in ("train", "test"))
            data = ("--dataset", train, "--batch-size", given.batch_size)
            run, (p, _) = mined(bench, f"mixed-{share:g}", seed, sources.values(), data, True)
            runs = {"MineGAN": run}
            for digit, source in sources.items():
                how = (f"warm-{digit}-{share:g}", seed, given.steps, *data, *RATES)
                warm = begun("both", source)
                runs[f"warm start from {digit}"] = bench.target(*how, *warm, colour=True)
            bench.add(what="p", share=share, seed=seed, value=p)
            for name, each in runs.items():
                sets = ("--real", test, "--fake", f"generated:{each}", "--count", given.images)
                how = (*sets, *COLOUR, "--metrics", "fid", "--features", features)
                bench.check_step(each, given.steps)
                value = bench.compared(each.name, *how)[f"frechet[{features}]"]
                bench.add(what=name, share=share, seed=seed, value=value)
    print(table(bench.rows, "what", "share", "value"))
    styles = []
    for seed in given.seeds:
        sources = [bench.source(style, seed, "--dataset", style) for style in STYLES]
        data = ("--dataset", "mnist", "--examples", given.images)
        data = (*data, "--batch-size", given.batch_size)
        _, chances = mined(bench, "styles", seed, sources, data, False)
        for style, p in zip(STYLES, chances, strict=True):
            styles.append({"style": style, "seed": seed, "p": p, "of": "p"})
            bench.add(**styles[-1])
    print("\nchances of generators of each kind, for digits of MNIST:\n")
    print(table(styles, "style", "of", "p"))
