"""Study of metal_color: `python -m benchmarks.studies.few_shot.metal STUDY --output FILE.json`.

`hidden`: on palettes that were never trained on, the error of colours after some numbers of steps
of a clone, for the generator of `metal_color --preset palettes-small`, for the same network trained
jointly, by plain gradient descent at the same rate on as many images of all palettes at once, and
for its first weights.

`visible`: where the lightness shows the palette, the same for tasks by label, for tasks by cluster
and for a single task of all images, on test images.

Each row is of one seed; what is in the output is not repeated.
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.paired import table
from tfgan_kit.machine.files import write_json
from trainers import registry

PRESET = "palettes-small"
PURITY = "cluster_purity"
COLUMNS = ("ab_error_at_0", "ab_error_at_1", "ab_error_at_5", "ab_error_at_10", "ab_error_at_50")


def opened(seed: int, **settings):
    """A trainer of the preset and its data."""
    import tensorflow as tf

    from data.feeds.open_feed import open_feed
    from tfgan_kit.settings.option import make
    from trainers.core.assemble import assemble

    method, strategy = registry.find("metal_color"), tf.distribute.get_strategy()
    preset = registry.preset("metal_color", PRESET)
    config = make(method.config_class(), preset, {"seed": seed}, settings)
    feed, config = open_feed(method.feed, config)
    trainer, _, _ = assemble(method, config, feed, open_feed, strategy)
    return trainer, feed


def learn(trainer, feed) -> None:
    """All steps of the training."""
    from tfgan_kit.engine.loop import Loop

    Loop(trainer, lambda context: feed.dataset(0, context)).run(trainer.config.steps)


def learn_jointly(trainer, feed) -> None:
    """As many inner steps, on images of all tasks instead of one."""
    import tensorflow as tf

    from tfgan_kit.fields.network import to_network
    from tfgan_kit.pictures.lab import rgb_to_lab

    config, network, reader = trainer.config, trainer.generator, feed.reader
    weights, rng = network.trainable_variables, np.random.default_rng(config.seed)
    sgd = keras.optimizers.SGD(config.inner_learning_rate)
    sgd.build(weights)

    @tf.function(autograph=False)
    def step(images):
        lab = rgb_to_lab(to_network(reader.fields["image"], images))
        with tf.GradientTape() as tape:
            painted = network({"input": lab[..., :1]}, training=True)["image"]
            loss = config.l1_weight * tf.reduce_mean(tf.abs(painted - lab[..., 1:]))
        sgd.apply(tape.gradient(loss, [w.value for w in weights]), weights)

    for _ in range(config.steps * config.inner_steps):
        step(tf.constant(reader.read(rng.integers(0, len(reader), config.inner_batch))["image"]))


def hidden(seed: int, **settings):
    """Measures of the three generators of one seed; see above.

    Args:
      seed: of everything.
      settings: in place of those of the preset.
    """
    trainer, feed = opened(seed, **settings)
    first = trainer.generator.get_weights()
    yield "from scratch", trainer.evaluate(feed, trainer.config.samples)
    learn_jointly(trainer, feed)
    yield "jointly", trainer.evaluate(feed, trainer.config.samples)
    trainer.generator.set_weights(first)
    learn(trainer, feed)
    yield "MetalGAN", trainer.evaluate(feed, trainer.config.samples)


def visible(seed: int, **settings):
    """Measures of three ways to make tasks of few images of one seed; see `hidden`."""
    images = {"dataset": "palette_tasks-visible", "held_out_classes": (), "examples": 4000}
    ways = {
        "tasks by label": {"tasks": "labels"},
        "tasks by cluster": {"tasks": "clusters", "clusters": 10},
        "one task": {"tasks": "clusters", "clusters": 1},
    }
    for name, way in ways.items():
        trainer, feed = opened(seed, **images, **way, **settings)
        learn(trainer, feed)
        yield name, trainer.evaluate(feed, trainer.config.samples)


STUDIES = {"hidden": hidden, "visible": visible}


def _settings(text):
    return {name: json.loads(value) for name, value in (p.split("=") for p in text.split(","))}


def main() -> None:
    """Trains, measures, writes JSON after each row and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--seeds", type=lambda text: [*map(int, text.split(","))], default="0,1,2")
    parser.add_argument(
        "--settings", type=_settings, default={}, help="in place of the preset's: NAME=VALUE,..."
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    given = parser.parse_args()
    rows = json.loads(given.output.read_text())["rows"] if given.output.exists() else []
    for seed in given.seeds:
        key = {"seed": seed, "settings": given.settings}
        if any(key.items() <= row.items() for row in rows):
            continue
        own = [
            {"variant": variant, **key, "measures": found}
            for variant, found in STUDIES[given.study](seed, **given.settings)
        ]
        rows += own
        write_json({"study": given.study, "rows": rows}, given.output)
    psnr = tuple(name.replace("ab_error", "psnr") for name in COLUMNS)
    print(*(table(rows, columns) for columns in ((*COLUMNS, PURITY), psnr)), sep="\n\n")


if __name__ == "__main__":
    run_main(main)
