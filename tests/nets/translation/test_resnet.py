import numpy as np
import pytest

from nets.translation.resnet import generator
from tests.nets.translation.networks import draw, trainable


@pytest.mark.parametrize(
    ("blocks", "norm", "expected"),
    [
        (6, "instance", 7_837_699),
        (9, "instance", 11_378_179),
        (6, "batch", 7_841_411),
        (9, "batch", 11_383_427),
    ],
)
def test_parameters(zero_weights, blocks, norm, expected):
    assert trainable(generator(3, 3, blocks=blocks, norm=norm)) == expected


def test_maps():
    model = generator(1, 3, blocks=2, filters=2)
    inputs = {"input": np.ones((1, 8, 12, 1), "float32")}
    shapes = [tuple(x.shape[1:]) for x in model(inputs).values()]
    down = [(8, 12, 2), (4, 6, 4), (2, 3, 8)]
    assert shapes == [*down, *[(2, 3, 8)] * 2, (4, 6, 4), (8, 12, 2), (8, 12, 3)]


def test_a_residual_block_adds_to_its_input():
    model = generator(3, 3, blocks=2, filters=2, norm="none")
    for v in model.get_layer("block_1_2_conv").variables:
        v.assign(0 * v)
    outputs = model(draw(model, 8))
    np.testing.assert_array_equal(outputs["features_3"], outputs["features_4"])
    assert np.abs(outputs["features_5"] - outputs["features_4"]).max() > 0
