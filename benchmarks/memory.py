"""Memory over a long training: `python -m benchmarks.memory [--steps 2000]`.

Trains an MLP on the ring and a small DCGAN on `glyphs` through the whole session, with its samples,
checkpoints, saved models and curves, and prints the resident memory every 500 steps. What grows
after the first 500 would grow without end.
"""

import argparse
import json
import tempfile

from tfgan_kit.machine.quiet import quiet_import

EVERY = 500
RUNS = {
    "mlp on ring": {"dataset": "ring", "network": "mlp", "latent_size": 10, "batch_size": 128},
    "dcgan on glyphs": {"dataset": "glyphs", "width": 0.0625, "batch_size": 16},
}


def memory_by_step(settings: dict, folder: str) -> dict[int, float]:
    """Trains in a folder and returns step -> MB, as metrics.csv has it at every log line."""
    import csv

    import tensorflow as tf

    from data.feeds.open_feed import open_feed
    from tfgan_kit.engine.train import train
    from tfgan_kit.runs.run_dir import RunDir
    from tfgan_kit.settings.option import make
    from trainers.generation.gan.config import GANConfig
    from trainers.generation.gan.trainer import GAN

    feed, config = open_feed("set", make(GANConfig, settings))
    trainer = GAN(config, feed.spec, tf.distribute.get_strategy())
    run = RunDir.create(folder, "gan", config)
    train(trainer, run, method="gan", feed=feed)
    with open(run.metrics) as file:
        return {int(row["step"]): float(row["memory_mb"]) for row in csv.DictReader(file)}


def main() -> None:
    """Prints the table and, on request, writes it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    arguments = parser.parse_args()
    with quiet_import():
        import tensorflow  # noqa: F401 (for its effect)
    rows = []
    for name, settings in RUNS.items():
        events = {f"{event}_every": EVERY for event in ("log", "sample", "checkpoint")}
        with tempfile.TemporaryDirectory() as folder:
            measured = memory_by_step(
                settings | events | {"steps": arguments.steps}, f"{folder}/run"
            )
        rows.append({"run": name, "mb": measured})
    for row in rows:
        print(row["run"], *(f"{step}: {mb:.0f} MB" for step, mb in row["mb"].items()), sep="  ")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(rows, file, indent=2)


if __name__ == "__main__":
    main()
