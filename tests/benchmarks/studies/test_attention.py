"""The study of attention measures what it says it measures."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from benchmarks.studies import attention
from data.reading.open import open_source
from tfgan_kit.attention.methods import METHODS
from tfgan_kit.attention.opened import Opened


def bright(channels):
    """A network whose map is the image's brightness, and whose logit of each class its mean."""
    stack = [
        keras.Input((48, 48, channels)),
        layers.Conv2D(1, 1, name="maps", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10 if channels == 1 else 9),
    ]
    network = keras.Sequential(stack)
    network.layers[0].set_weights([np.ones((1, 1, channels, 1)), np.zeros(1)])
    network.layers[-1].set_weights(
        [np.ones((1, network.output_shape[1])), np.zeros(network.output_shape[1])]
    )
    return Opened(network, "net")


def test_a_map_of_brightness_points_at_some_digit():
    """It knows a digit from the ground, but not one digit from another."""
    reader = open_source("glyph_boxes", split="test", image_size=48)
    found = attention.measure(bright(1), reader, "grad_cam", 60)
    labels = reader.read(np.arange(60))["label"]
    canvases, maps = 60, int(labels.sum())
    assert found["pointing"] == pytest.approx(
        canvases / maps
    )  # Of two digits, one is the brightest.
    assert found["both"] == 0
    assert found["zero"] == 0
    assert 0 < found["overlap"] < 0.8
    areas = [reader.source.masks(i)[c].mean() for i in range(60) for c in np.flatnonzero(labels[i])]
    assert found["chance"] == pytest.approx(np.mean(areas))
    assert found["hidden"] < found["confidence"]


def test_a_map_of_brightness_covers_both_of_two_equal_digits():
    reader = open_source("glyph_boxes-twins", split="test", image_size=48)
    found = attention.measure_twins(bright(1), reader, "grad_cam", 60)
    assert found == {"one": 1, "two": 1, "weaker": pytest.approx(1, abs=0.1)}


def test_a_map_of_one_digit_does_not_cover_the_other():
    reader = open_source("glyph_boxes-twins", split="test", image_size=48)
    first = np.array([reader.source.boxes(i)[0][1] for i in range(60)])
    maps = iter(np.split(first.astype(np.float32), [50]))

    def one_box(opened, images, classes):
        return None, tf.constant(next(maps))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, "grad_cam", one_box)
        found = attention.measure_twins(None, reader, "grad_cam", 60)
    assert found == {"one": 1, "two": 0, "weaker": 0}


def test_another_network_has_other_weights():
    network = bright(1).network
    other, same = (attention.untrained(network, seed) for seed in (0, 0))
    np.testing.assert_array_equal(other.get_weights()[0], same.get_weights()[0])
    assert (other.get_weights()[0] != network.get_weights()[0]).any()


def test_a_line_of_the_table_is_of_all_seeds():
    rows = [
        {"label": "`cam`", "seed": seed, "pointing": value}
        for seed, value in enumerate((0.5, 0.9, 0.7))
    ]
    assert attention.table(rows, ("pointing", "both")).splitlines()[2:] == [
        "| `cam` | 0.700 (0.500-0.900) | - |"
    ]


@pytest.mark.parametrize(
    ("preset", "text"),
    [("glyphs-small", "glyphs has no masks"), ("defects-small", "classifier has no preset")],
)
def test_presets_without_masks_are_refused_before_training(preset, text, monkeypatch, capsys):
    monkeypatch.setattr(attention, "train", lambda *given: pytest.fail("it trains"))
    monkeypatch.setattr("sys.argv", ["attention", "--presets", "boxes-small", preset])
    with pytest.raises(SystemExit) as ended:
        attention.main()
    assert ended.value.code == 2
    assert text in capsys.readouterr().err


def test_what_is_measured_is_written_after_each_preset(monkeypatch, tmp_path):
    written = tmp_path / "rows.json"

    def train(run, method, *options):
        if "marks-small" in options:
            raise KeyboardInterrupt

    arguments = ["--seeds", "0", "--runs", str(tmp_path / "runs"), "--json", str(written)]
    monkeypatch.setattr("sys.argv", ["attention", *arguments])
    monkeypatch.setattr(attention, "train", train)
    row = {"label": "`cam`", "seed": 0, "pointing": 0.5}
    monkeypatch.setattr(attention, "_of_classifier", lambda *given: [row])
    with pytest.raises(KeyboardInterrupt):
        attention.main()
    assert json.loads(written.read_text())["boxes-small"] == [row]
