"""The networks of FIGR."""

import keras
import numpy as np
import pytest

from nets.few_shot.figr import discriminator, generator
from nets.wgan_resnet import discriminator as plain
from tfgan_kit.errors import UserError


def norms(network):
    return [x for x in network.layers if isinstance(x, keras.layers.GroupNormalization)]


def test_they_are_the_residual_networks_of_wgan_gp_with_layer_norm_in_both():
    made, judge = generator((32, 32, 1), 100), discriminator((32, 32, 1))
    assert (made.count_params(), judge.count_params()) == (3_326_145, 2_506_433)
    assert judge.count_params() == plain((32, 32, 1)).count_params()
    assert made.output["image"].shape == (None, 32, 32, 1)
    assert judge.output["logits"].shape == (None, 1)
    for network, count in ((made, 7), (judge, 6)):
        assert [x.groups for x in norms(network)] == [1] * count
        assert not any(isinstance(x, keras.layers.BatchNormalization) for x in network.layers)
    slopes = [
        {float(x.negative_slope) for x in network.layers if isinstance(x, keras.layers.ReLU)}
        for network in (made, judge)
    ]
    assert slopes == [{0.0}, {0.2}]


@pytest.mark.parametrize("side", [8, 16, 64])
def test_other_sizes_have_as_many_blocks(side):
    image = (side, side, 3)
    made = generator(image, 4, width=0.05)(np.zeros((2, 4), "float32"))
    assert made["image"].shape == (2, *image)
    assert discriminator(image, width=0.05)(made["image"])["logits"].shape == (2, 1)
    assert made["features_1"].shape[1:3] == (4, 4)


def test_a_size_that_they_do_not_take_is_told():
    with pytest.raises(UserError, match="'figr' does not support examples of shape 24x24x1"):
        generator((24, 24, 1), 4)
