"""The toy study: `python -m benchmarks.studies.toy [--seeds 0 1 2] [--json PATH] [--picture PNG]`.

Trains presets on points in the plane exactly as `main.py train gan --preset NAME --seed N` does,
and tells from 2000 samples each how many modes they cover, how many samples lie near a mode, and
how far they are from the data (exact Wasserstein-1 distance of 1000 points). A seed stands for the
weights, the noise and the order of the data, but not for the points, which are always the same.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from benchmarks.machine import run_main
from tfgan_kit.machine.quiet import quiet_import
from tfgan_kit.settings.option import make
from trainers import registry

PRESETS = ("ring-k1", "ring-k5", "ring-k5-wgan-gp")
SAMPLES = 2000
EARLY = 10  # The critic's estimate is taken from its best row among the first tenth of all rows.


def train(preset: str, seed: int, run_dir, **settings) -> dict:
    """Trains one preset and measures its last generator.

    Args:
      preset: name of a preset of the method gan, for data in the plane.
      seed: the run's seed.
      run_dir: a new directory for the run.
      settings: what to change in the preset.

    Returns:
      The row of the table: preset, dataset, seed and steps; "modes", "high_quality" and
      "wasserstein" as `tfgan_kit.metrics.samples.toy.toy_measures` gives them; for the Wasserstein
      loss the critic's "estimate_early" and "estimate_late"; and "samples" (2000, 2).
    """
    with quiet_import():
        from data.feeds.open_feed import open_feed
        from tfgan_kit.engine.train import train as run_training
        from tfgan_kit.machine.devices import make_strategy
        from tfgan_kit.runs.run_dir import RunDir

    method = registry.find("gan")
    layers = registry.preset("gan", preset), {"seed": seed}, settings
    feed, config = open_feed(method.feed, make(method.config_class(), *layers))
    trainer = method.trainer_class()(config, feed.spec, make_strategy(config.devices))
    run = RunDir.create(run_dir, "gan", config)
    run_training(trainer, run, method="gan", feed=feed)
    run.unlock()
    row = {"preset": preset, "dataset": config.dataset, "seed": seed, "steps": config.steps}
    row |= json.loads(run.evaluation.read_text())[-1] | {"step": config.steps}
    if config.loss == "wasserstein":
        row |= estimates(run.metrics)
    return row | {"samples": trainer.sample(config.seed, SAMPLES)[0]}


def estimates(metrics) -> dict:
    """The critic's estimate of the Wasserstein distance, E D(x) - E D(G(z)), early and late.

    Args:
      metrics: path of a metrics.csv.

    Returns:
      "estimate_early", the largest among the first tenth of the rows (the critic first has to learn
      at all), and "estimate_late", the mean over the last tenth.
    """
    with quiet_import():
        from tfgan_kit.runs.journal import read_metrics

    values = [-float(row["discriminator/adversarial"]) for row in read_metrics(metrics)]
    part = max(1, len(values) // EARLY)
    return {
        "estimate_early": max(values[:part]),
        "estimate_late": statistics.fmean(values[-part:]),
    }


def table(rows) -> str:
    """One line per preset: each seed's measures, and the median of the modes."""
    lines = [
        f"{'preset':<18}{'data':<13}{'steps':>7}  {'modes':<12}{'median':>6}  "
        f"{'high quality':<18}{'W1 (1000 points)':<20}critic's estimate"
    ]
    for preset in dict.fromkeys(row["preset"] for row in rows):
        own = [row for row in rows if row["preset"] == preset]
        modes = [row["modes"] for row in own if "modes" in row]
        lines.append(
            f"{preset:<18}{own[0]['dataset']:<13}{own[0]['steps']:>7}  "
            f"{_each(own, 'modes', ''):<12}{statistics.median(modes) if modes else '-':>6}  "
            f"{_each(own, 'high_quality', '.2f'):<18}{_each(own, 'wasserstein', '.3f'):<20}"
            f"{_course(own)}"
        )
    return "\n".join(lines)


def _each(rows, name, form):
    return " ".join(format(row[name], form) for row in rows if name in row) or "-"


def _course(rows):
    pairs = [(r["estimate_early"], r["estimate_late"]) for r in rows if "estimate_early" in r]
    return ", ".join(f"{early:.2f} -> {late:.2f}" for early, late in pairs) or "-"


def draw(rows, path) -> None:
    """Writes scatter plots of the samples over the data: a line per preset, a column per seed."""
    from matplotlib.figure import Figure

    from data.drawn.points import Points
    from tfgan_kit.pictures.images import write_figure

    presets = list(dict.fromkeys(row["preset"] for row in rows))
    columns = len(rows) // len(presets)
    figure = Figure(figsize=(3 * columns, 3 * len(presets)), layout="constrained")
    panels = figure.subplots(len(presets), columns, squeeze=False, sharex=True, sharey=True)
    for row, axes in zip(rows, panels.flat, strict=True):
        source = Points(row["dataset"])
        points = [source.example(i)[0] for i in range(SAMPLES)]
        axes.scatter(*zip(*points, strict=True), s=2, c="0.75", linewidths=0)
        axes.scatter(*row["samples"].T, s=2, c="tab:blue", linewidths=0)
        found = f": {row['modes']} modes" if "modes" in row else ""
        axes.set_title(f"{row['preset']}, seed {row['seed']}{found}", fontsize=9)
        axes.set_aspect("equal")
    write_figure(figure, path)


def main() -> None:
    """Trains, prints the table and, on request, writes JSON and a picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--presets", nargs="+", default=PRESETS)
    parser.add_argument("--dataset", help="other points than the preset's")
    parser.add_argument("--steps", type=int, help="another length than the preset's")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--picture", metavar="PNG", help="write scatter plots to this file")
    arguments = parser.parse_args()
    changed = {"dataset": arguments.dataset, "steps": arguments.steps}
    changed = {name: value for name, value in changed.items() if value is not None}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for preset in arguments.presets:
            for seed in arguments.seeds:
                rows.append(train(preset, seed, Path(folder) / f"{preset}-{seed}", **changed))
    print(table(rows))
    if arguments.picture:
        draw(rows, arguments.picture)
    if arguments.json:
        for row in rows:
            del row["samples"]
        Path(arguments.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    run_main(main)
