"""StarGAN on two sets of unlike labels: `python -m benchmarks.studies.unpaired.two_sets RUN...`.

A run of `stargan` knows all four attributes of each image of `glyph_recolour-attributes`. Another
is trained with its seed and length on a table in which one half of the images has the first two
attributes and the other half the last two, and is measured like the run.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from benchmarks.studies.paired import flags, measured, table
from benchmarks.studies.runs import train
from benchmarks.studies.unpaired.opened import opened
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs
from trainers.unpaired.many_domains.measures import DomainMeasures

PRESET = "recolour-attributes-small"
COLUMNS = ("accuracy", "others_kept", "content_kept", "l1", "psnr", "cycle_l1")


def write_set(folder: Path, reader, rows, known) -> None:
    """Writes images and their table of attributes, unless they are there.

    Args:
      folder: to write to.
      reader: the `Reader` of the images.
      rows: the examples to write, (n,).
      known: for each of them, which attributes the table tells, bool (n, attributes).
    """
    if (folder / "labels.csv").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    names, examples = reader.fields["label"].names, reader.read(rows)
    lines = []
    for row, image, values, told in zip(
        rows,
        as_seen(reader.fields["image"], examples["image"]),
        examples["label"],
        known,
        strict=True,
    ):
        file = f"{row:06d}.png"
        write_image(image, folder / file)
        lines.append([file, *(int(v) if t else "" for v, t in zip(values, told, strict=True))])
    with open(folder / "labels.csv", "w", newline="") as out:
        csv.writer(out).writerows([["file", *names], *lines])


def main() -> None:
    """Trains, measures and prints a table of the runs and of those on two sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN", help="of stargan, with attributes")
    parser.add_argument("--folder", type=Path, default=Path("runs/two_sets"))
    parser.add_argument("--images", type=int, default=4000, help="of each set (default: 4000)")
    given = parser.parse_args()
    rows = []
    for path in given.runs:
        config, feed = opened(path)
        label, seed, count = feed.spec["label"], config.seed, given.images
        examples, half = np.arange(2 * count), len(label.names) // 2
        known = (examples < count)[:, None] == (np.arange(len(label.names)) < half)
        write_set(given.folder / "joint" / "train", feed.reader, examples, known)
        run = given.folder / f"joint-{seed}"
        settings = {"dataset": f"labels:{given.folder / 'joint'}", "classifier_steps": 0}
        same = ("steps", "checkpoint_every", "sample_every")
        settings |= {name: getattr(config, name) for name in same}
        options = flags({**settings, "seed": seed, "evaluate_every": 0})
        train(run, "stargan", "--preset", PRESET, *options)
        bound = SavedRun(run).bound("translate")

        def render(images, labels, bound=bound, seed=seed):
            inputs = draw_inputs(bound.use, seed, len(images), {"input": images})
            return bound.render(inputs | {bound.use.label: labels})["image"]

        found = DomainMeasures(config, label, feed)(render, config.evaluate_count)
        rows.append({"variant": "all labels", "seed": seed, "measures": measured(Path(path))})
        rows.append({"variant": "two sets", "seed": seed, "measures": found})
        print(table(rows, COLUMNS), flush=True)


if __name__ == "__main__":
    main()
