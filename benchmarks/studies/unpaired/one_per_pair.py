"""A CycleGAN per pair of domains: `python -m benchmarks.studies.unpaired.one_per_pair RUN...`.

A run of `stargan` has one generator for all domains of `glyph_recolour`. For each pair of them a
CycleGAN is trained on the same images, with the run's seed, and all together are measured like the
run. Their steps are chosen so that their generators see as many images as the run's did: a sixth
for each of the six pairs, of which every step translates two batches.
"""

import argparse
import itertools
from pathlib import Path

import numpy as np

from benchmarks.studies.paired import flags, measured, table
from benchmarks.studies.runs import train
from benchmarks.studies.unpaired.opened import opened
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs
from trainers import registry
from trainers.classification.classifier.trainer import predict
from trainers.conditional.measures import load_judge
from trainers.unpaired.many_domains.measures import DomainMeasures

PRESET = "unpaired-small"
PART = 64
COLUMNS = ("accuracy", "accuracy_lowest", "content_kept", "l1", "psnr", "cycle_l1")


def write_pair(folder: Path, reader, labels, pair, count: int) -> None:
    """Writes images of two domains as trainA and trainB, unless they are there.

    Args:
      folder: to write to.
      reader: the `Reader` of all domains' training images.
      labels: those of its examples, (n,).
      pair: the two labels.
      count: number of images of each.
    """
    for side, label in zip("AB", pair, strict=True):
        place = folder / f"train{side}"
        rows = np.flatnonzero(labels == label)[:count]
        place.mkdir(parents=True, exist_ok=True)
        if len(list(place.iterdir())) == len(rows):
            continue
        images = as_seen(reader.fields["image"], reader.read(rows)["image"])
        for row, image in zip(rows, images, strict=True):
            write_image(image, place / f"{row:06d}.png")


def translated(runs: dict, judge, images, labels, seed: int) -> np.ndarray:
    """Translates each image by the run of its domain, which a classifier tells, and its target.

    Args:
      runs: (label, label) -> the `SavedRun` of that pair.
      judge: the classifier of domains.
      images: (n, height, width, channels), uint8, or float32 in [-1, 1].
      labels: the targets, (n,).
      seed: of what a use draws.

    Returns:
      float32 (n, height, width, channels) in [-1, 1]; images that are in the target already are
      returned as they are.
    """
    signed = images if images.dtype != np.uint8 else images.astype(np.float32) / 127.5 - 1
    made, sources = np.array(signed), predict(judge, signed)["probabilities"].argmax(1)
    for first, second in {*zip(sources.tolist(), labels.tolist(), strict=True)}:
        if first == second:
            continue
        rows = (sources == first) & (labels == second)
        bound = runs[min(first, second), max(first, second)].bound(
            "translate_ab" if first < second else "translate_ba"
        )
        inputs = draw_inputs(bound.use, seed, int(rows.sum()), {"input": images[rows]})
        made[rows] = bound.render(inputs)["image"]
    return made


def main() -> None:
    """Trains, measures and prints a table of the runs and of their CycleGANs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN", help="of stargan")
    parser.add_argument("--folder", type=Path, default=Path("runs/one_per_pair"))
    parser.add_argument("--images", type=int, default=2000, help="of each domain (default: 2000)")
    given = parser.parse_args()
    rows = []
    for path in given.runs:
        config, feed = opened(path)
        reader, label, seed = feed.reader, feed.spec["label"], config.seed
        pairs = list(itertools.combinations(range(len(label.names)), 2))
        batch = registry.preset("cyclegan", PRESET)["batch_size"]
        steps = max(1, config.steps * config.batch_size // (len(pairs) * 2 * batch))
        settings = {"steps": steps, "checkpoint_every": steps, "sample_every": steps}
        runs = {}
        for pair in pairs:
            name = "-".join(label.names[each] for each in pair)
            folder, run = given.folder / name, given.folder / f"{name}-{seed}"
            write_pair(folder, reader, reader.source.labels(), pair, given.images)
            options = flags({"dataset": folder, "evaluate_every": 0, "seed": seed, **settings})
            train(run, "cyclegan", "--preset", PRESET, *options)
            runs[pair] = SavedRun(run)
        judge = load_judge(config, feed)
        found = DomainMeasures(config, label, feed)(
            lambda images, labels, runs=runs, judge=judge, seed=seed: translated(
                runs, judge, images, labels, seed
            ),
            config.evaluate_count,
        )
        rows.append({"variant": "StarGAN", "seed": seed, "measures": measured(Path(path))})
        rows.append({"variant": "CycleGAN per pair", "seed": seed, "measures": found})
        print(table(rows, COLUMNS), flush=True)


if __name__ == "__main__":
    main()
