"""Costs of networks, against counts by hand."""

import keras
from keras import layers

from tfgan_kit.models.resources import file_size, milliseconds, operations, resources


def network(side=8):
    """A padded and an unpadded convolution, one of each channel, pooling, and two dense layers."""
    image = keras.Input((side, side, 3), name="image")
    label = keras.Input((2,), name="label")
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(5, 2, strides=2, use_bias=False)(x)
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    logits = layers.Dense(7)(layers.Concatenate()([x, label]))
    return keras.Model({"image": image, "label": label}, {"logits": layers.Dense(6)(logits)})


CONVOLUTIONS = 8 * 8 * 9 * 3 * 4 + 4 * 4 * 4 * 4 * 5 + 4 * 4 * 9 * 5


def test_multiplications_and_additions_of_convolutions_and_products_are_counted():
    assert operations(network()) == 2 * (CONVOLUTIONS + (5 + 2) * 7 + 7 * 6)


def test_a_network_of_any_size_is_counted_at_the_size_asked_for():
    assert operations(network(None), (8, 8)) == operations(network())
    assert milliseconds(network(None), (8, 8), batch=2) > 0


def test_the_costs_of_a_network(tmp_path):
    own = network()
    found = resources(own)
    weights = (9 * 3 * 4 + 4) + 4 * 4 + 4 * 4 * 5 + (9 * 5 + 5) + (7 * 7 + 7) + (7 * 6 + 6)
    assert found["parameters"] == weights
    assert found["operations"] == operations(own)
    own.save(tmp_path / "own.keras")
    # Dates and names inside are of one length.
    assert found["kilobytes"] * 1000 == (tmp_path / "own.keras").stat().st_size == file_size(own)
    assert 0 < found["ms_per_image"] < 1000
    assert set(found) == {"parameters", "operations", "kilobytes", "ms_per_image"}
