"""StarGAN on two sets of unlike labels: `python -m benchmarks.studies.unpaired.two_sets RUN...`.

A run of `stargan` knows all four attributes of each image of `glyph_recolour-attributes`. Another
is trained with its seed and length on a table in which one half of the images has the first two
attributes and the other half the last two, and is measured like the run. It sees fewer images, and
never the attributes of both sets together; so an image is translated twice, each time with those of
one set (Choi et al. 2018, section 3.2, with one set's mask).
"""

import csv
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.paired import flags
from benchmarks.studies.runs import train
from benchmarks.studies.unpaired.beside_stargan import compare
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs

PRESET = "recolour-attributes-small"


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


def joint(config, feed, folder: Path, images: int):
    """Trains StarGAN on both sets; see `beside_stargan.compare`."""
    label, seed, data = feed.spec["label"], config.seed, folder / "joint"
    examples, half = np.arange(2 * images), len(label.names) // 2
    known = (examples < images)[:, None] == (np.arange(len(label.names)) < half)
    write_set(data / "train", feed.reader, examples, known)
    same = ("seed", "steps", "checkpoint_every", "sample_every")
    settings = {"dataset": f"labels:{data}", "classifier_steps": 0, "evaluate_every": 0}
    options = flags(settings | {name: getattr(config, name) for name in same})
    run = folder / f"joint-{seed}"
    train(run, "stargan", "--preset", PRESET, *options)
    bound = SavedRun(run).bound("translate")

    def render(given, labels):
        for own in (np.arange(len(label.names)) < half, np.arange(len(label.names)) >= half):
            inputs = draw_inputs(bound.use, seed, len(given), {"input": given})
            asked = np.where(own, labels, -1)
            given = bound.render(inputs | {bound.use.label: asked})["image"]
        return given

    return render


if __name__ == "__main__":
    run_main(
        lambda: compare(
            __doc__.splitlines()[0],
            joint,
            names=("all labels", "two sets"),
            columns=("accuracy", "others_kept", "content_kept", "l1", "psnr", "cycle_l1"),
            folder="runs/two_sets",
            images=4000,
        )
    )
