"""The study of attention measures what it says it measures."""

import keras
import numpy as np
import pytest
from keras import layers

from benchmarks.studies import attention
from data.reading.open import open_source
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
