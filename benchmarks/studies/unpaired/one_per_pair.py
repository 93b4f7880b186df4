"""A CycleGAN per pair of domains: `python -m benchmarks.studies.unpaired.one_per_pair RUN...`.

A run of `stargan` has one generator for all domains of `glyph_recolour`. For each pair of them a
CycleGAN is trained on the same images, with the run's seed, and all together are measured like the
run. Their steps are chosen so that their generators see as many images as the run's did: a sixth
for each of the six pairs, of which every step translates two batches.
"""

import itertools
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.paired import flags
from benchmarks.studies.runs import train
from benchmarks.studies.unpaired.beside_stargan import compare
from tfgan_kit.fields.network import to_network
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs
from trainers import registry
from trainers.classification.classifier.trainer import predict
from trainers.conditional.measures import load_judge

PRESET = "unpaired-small"


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


def translated(runs: dict, judge, field, images, labels, seed: int) -> np.ndarray:
    """Translates each image by the run of its domain, which a classifier tells, and its target.

    Args:
      runs: (label, label) -> the `SavedRun` of that pair.
      judge: the classifier of domains.
      field: the field of the images.
      images: (n, height, width, channels), as the data has them or as network inputs.
      labels: the targets, (n,).
      seed: of what a use draws.

    Returns:
      float32 (n, height, width, channels) in [-1, 1]; images that are in the target already are
      returned as they are.
    """
    signed = to_network(field, images).numpy()
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


def cyclegans(config, feed, folder: Path, images: int):
    """Trains a CycleGAN for each pair of domains; see `beside_stargan.compare`."""
    reader, label, seed = feed.reader, feed.spec["label"], config.seed
    pairs = list(itertools.combinations(range(len(label.names)), 2))
    batch = registry.preset("cyclegan", PRESET)["batch_size"]
    steps = max(1, config.steps * config.batch_size // (len(pairs) * 2 * batch))
    settings = {"steps": steps, "checkpoint_every": steps, "sample_every": steps}
    runs = {}
    for pair in pairs:
        name = "-".join(label.names[each] for each in pair)
        data, run = folder / name, folder / f"{name}-{seed}"
        write_pair(data, reader, reader.source.labels(), pair, images)
        options = flags({"dataset": data, "evaluate_every": 0, "seed": seed, **settings})
        train(run, "cyclegan", "--preset", PRESET, *options)
        runs[pair] = SavedRun(run)
    judge, field = load_judge(config, feed), reader.fields["image"]
    return lambda given, labels: translated(runs, judge, field, given, labels, seed)


if __name__ == "__main__":
    run_main(
        lambda: compare(
            __doc__.splitlines()[0],
            cyclegans,
            names=("StarGAN", "CycleGAN per pair"),
            columns=("accuracy", "accuracy_lowest", "content_kept", "l1", "psnr", "cycle_l1"),
            folder="runs/one_per_pair",
            images=2000,
        )
    )
