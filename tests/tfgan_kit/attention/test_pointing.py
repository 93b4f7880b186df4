"""After a short training, maps point at the digit that is asked for, of two that are there."""

import keras
import numpy as np
from keras import layers

from data.drawn.located.boxes import Boxes
from tfgan_kit.attention.display import resized
from tfgan_kit.attention.methods import METHODS
from tfgan_kit.attention.opened import Opened
from tfgan_kit.metrics.maps.located import pointing

SIDE, DIGITS = 32, 2


def canvases(split, wanted, count):
    """Canvases on which only zeros and ones are, their labels and boxes."""
    source = Boxes(split, SIDE)
    labels = source.labels()
    rows = np.flatnonzero(wanted(labels) & (labels[:, DIGITS:].sum(1) == 0))[:count]
    images = np.stack([source.example(row)[0] for row in rows])
    masks = np.stack([source.masks(row)[:DIGITS] for row in rows])
    return images / np.float32(127.5) - 1, labels[rows, :DIGITS], masks


def net():
    keras.utils.set_random_seed(0)
    stack = [keras.Input((SIDE, SIDE, 1))]
    for filters in (16, 32):
        stack += [layers.Conv2D(filters, 3, padding="same", use_bias=False)]
        stack += [layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D()]
    stack += [layers.Conv2D(32, 3, padding="same", activation="relu")]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(DIGITS)])


def hits(network, method, images, masks):
    """For each digit, the share of maps that point into its box."""
    found = []
    for digit in range(DIGITS):
        classes = np.full(len(images), digit)
        _, maps = METHODS[method](Opened(network, "net"), images, classes)
        found.append(pointing(resized(maps.numpy(), (SIDE, SIDE)), masks[:, digit]).mean())
    return found


def test_each_of_two_digits_is_found_after_a_short_training():
    """What looks at brightness alone finds half of the digits at most, chance a tenth."""
    images, labels, _ = canvases("train", lambda labels: labels.any(1), 3000)
    network = net()
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(3e-3), loss)
    network.fit(images, labels, batch_size=32, epochs=5, verbose=0)
    shown, _, masks = canvases("test", lambda labels: labels.sum(1) == DIGITS, 100)
    assert len(shown) == 100
    assert masks.mean() < 0.1
    for method in ("cam", "grad_cam", "grad_cam_plus_plus"):
        found = hits(network, method, shown, masks)
        assert min(found) > 0.7
    assert max(hits(net(), "grad_cam", shown, masks)) < 0.5
