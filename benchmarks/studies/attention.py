"""Whether maps are where the truth is: `python -m benchmarks.studies.attention`.

Trains `classifier` with each preset of `--presets` (of data sets with a mask of each class), and
`vae --preset defects-small`, once for each of `--seeds`. On `--count` test images, each class that
an image has is explained by each method, at its default layer:

* pointing: share of maps whose maximum is in the box or mask of the class, and chance: the share of
  the image that it covers;
* both: share of images with several classes in which each class has its maximum where it is;
* overlap: intersection over union of the mask and what is at least half of the map's maximum;
* confidence of the class, and the same where that part of the image is hidden;
* zero: share of maps that are nowhere positive; they count as misses.

The networks of boxes-small also explain canvases with the same digit twice, one map for both:

* one, two: share of maps whose area, where they are at least half of their maximum, reaches into
  one box or more, and into both;
* weaker: the highest value in the box that has the lower one, as a share of the map's maximum.

The rows "untrained" are the same for networks with random weights. For the VAE: the area under the
ROC curve over all pixels of its attention and of its reconstruction error. Finished runs in the
folder of `--runs` are not repeated, and `--json` is written anew after each preset.
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, check_presets, train
from data.reading.open import open_source
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json
from trainers import registry

MEASURES = ("pointing", "both", "overlap", "confidence", "hidden", "zero")
TWINS = {"boxes-small": "glyph_boxes-twins"}  # A preset, and data with two objects of a class.
OF_TWINS = ("one", "two", "weaker")
BATCH = 50


def measure(opened, reader, method: str, count: int) -> dict[str, float]:
    """The measures of a method on the first images of a reader, see above.

    Args:
      opened: an `Opened` of a network of attributes.
      reader: its source knows the masks.
      method: a name of `tfgan_kit.attention.methods.METHODS`.
      count: number of images.
    """
    from tfgan_kit.attention.display import resized
    from tfgan_kit.attention.methods import METHODS, chances
    from tfgan_kit.fields.network import to_network
    from tfgan_kit.metrics.maps.hidden import hidden
    from tfgan_kit.metrics.maps.located import overlap, pointing

    rows, found = [], {name: [] for name in ("pointing", *MEASURES[2:], "chance")}
    for start in range(0, count, BATCH):
        batch = reader.read(np.arange(start, min(start + BATCH, count)))
        images = to_network(reader.fields["image"], batch["image"]).numpy()
        places, classes = np.nonzero(batch["label"])
        masks = np.stack(
            [reader.source.masks(start + i)[c] for i, c in zip(places, classes, strict=True)]
        )
        shown = images[places]
        logits, maps = METHODS[method](opened, shown, classes)
        large = resized(maps.numpy(), masks.shape[1:])
        own = np.arange(len(classes)), classes
        found["pointing"].append(pointing(large, masks))
        found["overlap"].append(overlap(large, masks))
        found["confidence"].append(chances(logits, True)[own])
        found["hidden"].append(chances(opened(hidden(shown, large)), True)[own])
        found["zero"].append(large.max((1, 2)) <= 0)
        found["chance"].append(masks.mean((1, 2)))
        rows.append(start + places)
    values = {name: np.concatenate(parts) for name, parts in found.items()}
    return {name: float(v.mean()) for name, v in values.items()} | {
        "both": _all_of_several(values["pointing"], np.concatenate(rows))
    }


def _all_of_several(hits, rows):
    """The share of images with several maps that all hit."""
    found = [hits[rows == row].all() for row in np.unique(rows) if (rows == row).sum() > 1]
    return float(np.mean(found))


def measure_twins(opened, reader, method: str, count: int) -> dict[str, float]:
    """The measures of a method on the first images of a reader of canvases with twins, see above.

    Args:
      opened, method, count: see `measure`.
      reader: its source is a `data.drawn.located.boxes.Twins`.
    """
    from tfgan_kit.attention.display import resized
    from tfgan_kit.attention.methods import METHODS
    from tfgan_kit.fields.network import to_network
    from tfgan_kit.metrics.maps.located import SHARE

    found = []
    for start in range(0, count, BATCH):
        batch = reader.read(np.arange(start, min(start + BATCH, count)))
        images = to_network(reader.fields["image"], batch["image"]).numpy()
        boxes = [[box for _, box in reader.source.boxes(start + i)] for i in range(len(images))]
        _, maps = METHODS[method](opened, images, batch["label"].argmax(1))
        large = resized(maps.numpy(), np.shape(boxes)[2:])
        within = np.where(boxes, large[:, None], 0).max((2, 3))
        highest = large.max((1, 2))
        found.append(within / np.where(highest > 0, highest, np.inf)[:, None])
    shares = np.concatenate(found)
    return {
        "one": float((shares.max(1) >= SHARE).mean()),
        "two": float((shares.min(1) >= SHARE).mean()),
        "weaker": float(shares.min(1).mean()),
    }


def untrained(like: keras.Model, seed: int) -> keras.Model:
    """The same network with other, random weights."""
    keras.utils.set_random_seed(1000 + seed)
    return keras.models.clone_model(like)


def table(rows, names) -> str:
    """The rows as a table: a line per network and method, mean (smallest-largest) of the seeds."""
    lines = [" | ".join(("", *names)), "|".join(["---"] * (1 + len(names)))]
    for label in dict.fromkeys(row["label"] for row in rows):
        own = [row for row in rows if row["label"] == label]
        cells = [cell([row[name] for row in own if name in row]) for name in names]
        lines.append(" | ".join((label, *cells)))
    return "\n".join(f"| {line} |" for line in lines)


def check_masks(parser, presets) -> None:
    """Ends the program with one line if a preset is not of `classifier`, or has no masks."""
    for preset in presets:
        try:
            settings = registry.preset("classifier", preset)
            source = open_source(settings["dataset"], split="test").source
        except UserError as error:
            parser.error(f"--presets: {error}")
        if source.masks(0) is None:
            parser.error(f"--presets {preset}: {settings['dataset']} has no masks to compare with")


def main() -> None:
    """Trains, measures, prints the tables and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    presets = ["boxes-small", "marks-small"]
    parser.add_argument("--presets", nargs="+", default=presets, help="of classifier")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--count", type=int, default=500, help="images (default: 500)")
    parser.add_argument("--runs", type=Path, default=Path("runs/attention"), help="folder of runs")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    given = parser.parse_args()
    check_presets(parser, given.presets)
    check_masks(parser, given.presets)
    runs, found = given.runs.absolute(), {}
    runs.mkdir(parents=True, exist_ok=True)
    for preset in given.presets:
        found[preset] = []
        for seed in given.seeds:
            run = runs / f"{preset}-{seed}"
            train(run, "classifier", "--preset", preset, "--seed", seed)
            found[preset] += _of_classifier(run, _dataset(preset), measure, given.count, seed)
            if preset in TWINS:
                rows = _of_classifier(run, TWINS[preset], measure_twins, given.count, seed)
                found.setdefault(f"{preset}, twins", []).extend(rows)
        print(f"{preset}\n\n{table(found[preset], (*MEASURES, 'chance'))}\n", flush=True)
        if preset in TWINS:
            print(f"twins\n\n{table(found[f'{preset}, twins'], OF_TWINS)}\n", flush=True)
        _write(found, given.json)
    found["defects-small"] = []
    for seed in given.seeds:
        run = runs / f"defects-small-{seed}"
        train(run, "vae", "--preset", "defects-small", "--seed", seed)
        *_, last = json.loads((run / "evaluation.json").read_text())
        found["defects-small"].append({"label": "vae", "seed": seed} | last["pixel_auroc"])
    names = ("attention", "reconstruction")
    print(f"defects-small, pixel AUROC\n\n{table(found['defects-small'], names)}")
    _write(found, given.json)


def _write(found, path):
    if path:
        write_json(found, path)


def _dataset(preset):
    return registry.preset("classifier", preset)["dataset"]


def _of_classifier(run, dataset, measured, count, seed):
    from tfgan_kit.attention.methods import METHODS
    from tfgan_kit.attention.opened import Opened
    from tfgan_kit.models.saved_models import load_keras

    model = load_keras(run / "models" / "classifier.keras")
    size = model.input_shape[1]
    reader = open_source(dataset, split="test", image_size=size)
    rows = []
    networks = {"": model, "untrained, ": untrained(model, seed)}
    for word, network in networks.items():
        opened = Opened(network, str(run), output="logits")
        for method in METHODS:
            values = measured(opened, reader, method, count)
            rows.append({"label": f"{word}`{method}`", "seed": seed} | values)
    return rows


if __name__ == "__main__":
    run_main(main)
