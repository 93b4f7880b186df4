"""The studies of growth and of style-based generators gather what their runs say."""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.studies.latent import generators, growth
from tfgan_kit.settings.option import make
from trainers import registry


def parsed(options, method):
    """The configuration that options of a command line make."""
    from tests.benchmarks.studies.transfer.test_bench import settings

    return settings([method, *options])[1]


def test_both_ways_of_growth_differ_in_the_first_size_alone():
    given = argparse.Namespace(dataset="glyphs", steps=40, interval=20, count=100)
    grown, whole = (
        parsed(growth.options_of(given, 32, way, Path("judge.keras")), "progan")
        for way in growth.WAYS
    )
    assert (grown.initial_size, whole.initial_size) == (4, 32)
    own = vars(whole) | {"initial_size": 4}
    assert own == vars(grown)
    assert grown.evaluate_features.startswith("classifier:")
    assert grown.evaluate_every == 20


def written(run, rates, distances):
    """A run of growth from 4x4 to 8x8 with these speeds and measures, every 10 steps."""
    run.mkdir()
    preset = registry.preset("progan", "glyphs-small")
    own = {"image_size": [8, 8], "fade_images": 160, "stable_images": 160, "batch_size": 16}
    (run / "config.json").write_text(json.dumps({"settings": preset | own}))
    with open(run / "metrics.csv", "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["step", "images_per_second"])
        lines.writerows([10 * (number + 1), rate] for number, rate in enumerate(rates))
    entries = [{"step": 10 * (n + 1), "frechet": each} for n, each in enumerate(distances)]
    (run / "evaluation.json").write_text(json.dumps(entries))


def test_times_and_rates_of_a_run(tmp_path):
    written(tmp_path / "run", [160, 80, 40, 20], [9.0, 7.0, 8.0, 2.0])
    assert growth.rates(tmp_path / "run") == {"4x4": 160, "8x8 fades in": 80, "8x8": 30}
    # 160 images at each of these speeds: 1, 2, 4 and 8 seconds.
    times, distances = zip(*growth.curve(tmp_path / "run", "frechet"), strict=True)
    assert np.multiply(times, 60) == pytest.approx([1, 3, 7, 15])
    assert distances == (9.0, 7.0, 8.0, 2.0)


def test_ways_are_compared_at_equal_images_times_and_distances():
    grown, whole = [(1.0, 9.0), (2.0, 4.0), (3.0, 5.0)], [(2.0, 6.0), (4.0, 5.5), (6.0, 3.0)]
    rows = [
        {"size": 8, "seed": 0, "way": "grown", "curve": grown, "rates": {"8x8": 30.0}},
        {"size": 8, "seed": 0, "way": "full size", "curve": whole, "rates": {"8x8": 20.0}},
        {"size": 8, "seed": 1, "way": "grown", "curve": grown, "rates": {"8x8": 10.0}},
    ]
    # After 3 minutes, when the grown one was done; until 5.0, with which it ends.
    assert growth.gains(rows).splitlines()[2:] == [
        "| 8 | grown | 5.000 | 3.000 | 4.000 | 2.000 |",
        "| 8 | full size | 3.000 | 6.000 | 6.000 | 6.000 |",
    ]
    assert growth.speeds(rows).splitlines() == [
        "| images/s | to 8x8 |",
        "|---|---|",
        "| 8x8 | 20.0 (10.0-30.0) |",
        "| full size | 20.0 |",
    ]


@pytest.mark.parametrize("name", generators.GENERATORS)
def test_generators_see_equally_many_images(name):
    method, options, batch = generators.GENERATORS[name]
    config = parsed((*options, *generators.COMMON), method).resolved()
    config.check()
    sizes = getattr(config, "batch_sizes", ()) or (config.batch_size,)
    assert set(sizes) == {batch}
    assert config.image_size.height == generators.SIZE
    assert make(registry.find(method).config_class(), registry.preset(method, options[1])).dataset


class Saved:
    """A generator with six layers, whose image is the first number of the styles of a layer."""

    def __init__(self, layer):
        self.uses = {"map": argparse.Namespace(outputs={"styles": np.zeros((6, 1))})}
        self.layer = layer


def test_changes_count_mixtures_of_different_classes(monkeypatch):
    def table(saved, rows, columns, layers):
        own = [row % 3 for row in rows], [column % 3 for column in columns]
        moved = saved.layer in layers
        mixed = [column if moved else row for row in own[0] for column in own[1]]
        return np.array([*own[0], *own[1], *mixed]), None

    monkeypatch.setattr(generators, "mixing_table", table)
    monkeypatch.setattr(generators, "SavedRun", Saved)
    monkeypatch.setattr(generators, "load_keras", lambda path: None)
    monkeypatch.setattr(generators, "predict", lambda _, images: {"logits": np.eye(3)[images]})
    assert generators.changed(2, "judge", 8) == {"coarse": 1.0, "middle": 0.0}
    assert generators.changed(5, "judge", 8) == {"coarse": 0.0, "middle": 1.0}


def test_the_table_leaves_out_what_a_generator_has_not():
    rows = [
        {"generator": "DCGAN", "frechet": 2.0, "z_full": 4.0, "z_end": 5.0},
        {"generator": "StyleGAN", "frechet": 3.0, "z_full": 1.0, "z_end": 2.0, "w_full": 0.5}
        | {"w_end": 0.25, "changed": {"coarse": 0.75, "middle": 0.125}},
    ]
    assert generators.table(rows).splitlines() == [
        "| | Frechet | length z_full | length z_end | length w_full | length w_end | "
        "changed by coarse | changed by middle |",
        "|---|---|---|---|---|---|---|---|",
        "| DCGAN | 2.000 | 4.000 | 5.000 | - | - | - | - |",
        "| StyleGAN | 3.000 | 1.000 | 2.000 | 0.500 | 0.250 | 0.750 | 0.125 |",
    ]
