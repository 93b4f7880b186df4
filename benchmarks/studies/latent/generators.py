"""StyleGAN, ProGAN and DCGAN: `python -m benchmarks.studies.latent.generators`.

Trains each of them with each seed on as many images of each data set, of 32x32 pixels. Of each: the
Frechet distance to held-out images in the features of a classifier that is trained first, and path
lengths in these features, of walks between latents and, of StyleGAN, between mapped ones. Of
StyleGAN: how often a mixture shows another digit than the image whose styles it has in the other
layers, when the styles of a level of detail are another image's. Finished runs in the folder of
`--runs` are not repeated.
"""

import argparse
import itertools
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, classifier, told, train
from benchmarks.studies.transfer.kept import kept
from tfgan_kit.latent.mixing import levels_of, mixing_table
from tfgan_kit.machine.files import write_json
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.saved_run import SavedRun
from trainers.classification.classifier.trainer import predict

SIZE = 32
# What each is: its method, options and batch.
GENERATORS = {
    "DCGAN": ("gan", ("--preset", "glyphs-dcgan", "--width", 0.25, "--batch-size", 32), 32),
    "ProGAN": ("progan", ("--preset", "glyphs-small"), 16),
    "ProGAN, full size": ("progan", ("--preset", "glyphs-small", "--initial-size", SIZE), 16),
    "StyleGAN": ("stylegan", ("--preset", "glyphs-small"), 16),
}
SHAPE = ("--image-size", SIZE, "--channels", 1)
COMMON = (*SHAPE, "--latent-size", 64)
LENGTHS = ("z_full", "z_end", "w_full", "w_end")


def main() -> None:
    """Trains, measures, prints the tables and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", nargs="+", default=["glyphs", "mnist"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--images", type=int, default=48_000, help="(default: %(default)s)")
    parser.add_argument("--count", type=int, default=1000, help="samples, and walks")
    parser.add_argument("--sources", type=int, default=30, help="images that are mixed in pairs")
    parser.add_argument("--classifier-steps", type=int, default=600)
    parser.add_argument("--runs", type=Path, default=Path("runs/generators"), help="folder of runs")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the rows to this file")
    given = parser.parse_args()
    runs, rows = given.runs.absolute(), []
    for dataset, seed in itertools.product(given.datasets, given.seeds):
        run = runs / f"classifier-{dataset}"
        judge = classifier(run, dataset, given.classifier_steps, *SHAPE)
        for name, (method, options, batch) in GENERATORS.items():
            run = runs / f"{name.replace(', ', '-').replace(' ', '-')}-{dataset}-{seed}"
            end = ("--steps", given.images // batch, "--evaluate-every", 0)
            train(run, method, *options, "--dataset", dataset, *COMMON, *end, "--seed", seed)
            row = {"dataset": dataset, "generator": name, "seed": seed}
            row |= measured(run, judge, given.count)
            if method == "stylegan":
                row["changed"] = changed(run, judge, given.sources)
            rows.append(row)
            if given.json:
                write_json({"rows": rows}, given.json)
    for dataset in given.datasets:
        print(f"\n{dataset}:\n")
        print(table([row for row in rows if row["dataset"] == dataset]))


def measured(run: Path, judge: Path, count: int) -> dict[str, float]:
    """The distance of a run, as "frechet", and its path lengths, by the names of `LENGTHS`."""
    features = f"classifier:{judge}"
    options = (run, "--metrics", "fid,ppl", "--features", features, "--count", count, "--seed", 0)
    where = run.parent / f"{run.name}-{count}.json"
    found = kept(where, options, lambda: told("evaluate", *options)["measures"])
    lengths = {name: f"path_length_{name}[{features}]" for name in LENGTHS}
    values = {name: found[key] for name, key in lengths.items() if key in found}
    return {"frechet": found[f"frechet[{features}]"]} | values


def changed(run: Path, judge: Path, sources: int) -> dict[str, float]:
    """How often the class changes with the styles of a level, of pairs of different classes.

    Args:
      run: of StyleGAN.
      judge: the file of the classifier that says the class.
      sources: images, half of which give the styles of the level to each of the other half.

    Returns:
      By the name of each level, the share of mixtures of which the classifier says another class
      than of the image that has the other layers.
    """
    saved, network, found = SavedRun(run), load_keras(judge), {}
    half = sources // 2
    rows, columns = tuple(range(half)), tuple(range(half, 2 * half))
    for name, level in levels_of(saved.uses["map"].outputs["styles"].shape[0]).items():
        images, _ = mixing_table(saved, rows, columns, level)
        classes = predict(network, images)["logits"].argmax(1)
        own, others = classes[:half], classes[half : 2 * half]
        mixed = classes[2 * half :].reshape(half, half)
        differ = own[:, None] != others[None]
        found[name] = float((mixed != own[:, None])[differ].mean())
    return found


def table(rows: list[dict]) -> str:
    """A line per generator: distance, path lengths, and shares of changed digits."""
    levels = list(dict.fromkeys(level for row in rows for level in row.get("changed", ())))
    heads = [*(f"length {name}" for name in LENGTHS), *(f"changed by {each}" for each in levels)]
    lines = [f"| | Frechet | {' | '.join(heads)} |", "|---" * (2 + len(heads)) + "|"]
    for name in dict.fromkeys(row["generator"] for row in rows):
        own = [row for row in rows if row["generator"] == name]
        columns = [[row[key] for row in own if key in row] for key in ("frechet", *LENGTHS)]
        columns += [[row["changed"][level] for row in own if "changed" in row] for level in levels]
        lines.append(f"| {name} | {' | '.join(map(cell, columns))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
