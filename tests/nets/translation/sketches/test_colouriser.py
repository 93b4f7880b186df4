import numpy as np
import pytest

from nets.translation.sketches.colouriser import generator
from tests.nets.translation.networks import draw


def test_parameters_of_the_layers_of_the_specification(zero_weights):
    """c7s1-64 of 6 channels, d128, d256; the reference's own; a join; R256 x 4; u128, u64."""

    def conv(size, inputs, filters):
        return size * size * inputs * filters + filters

    encoder = conv(3, 64, 128) + conv(3, 128, 256)
    expected = (
        conv(7, 6, 64)
        + conv(7, 3, 64)
        + 2 * encoder
        + conv(3, 512, 256)
        + 8 * conv(3, 256, 256)
        + conv(3, 256, 128)
        + conv(3, 256, 64)
        + conv(7, 128, 3)
    )
    model = generator(3, 3, 3)
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == expected


@pytest.mark.parametrize("latent", [False, True])
def test_the_reference_joins_before_the_residual_blocks(latent):
    model = generator(1, 3, 2, filters=2, latent_reference=latent)
    inputs = draw(model, 8)
    other = {**inputs, "reference": inputs["reference"][::-1]}
    assert np.any(model(inputs)["image"] != model(other)["image"])
    # What is left without the join at the input, whose channels are outline, then reference.
    kernel = model.get_layer("first_conv").kernel
    kernel.assign(kernel * np.array([1, 0, 0, 0], "float32")[:, None])
    assert np.any(model(inputs)["image"] != model(other)["image"]) == latent


def test_maps_of_equal_size_are_joined():
    model = generator(1, 3, 2, filters=2)
    inputs = draw(model, 8)
    for name in ("up_1_conv", "up_2_conv"):
        for v in model.get_layer(name).variables:
            v.assign(0 * v)
    image = model(inputs)["image"].numpy()
    assert np.abs(image[0] - image[1]).max() > 1e-4
