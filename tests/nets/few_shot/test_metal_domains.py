"""MetalGAN's networks for domains: their sizes by the tables, and what the skips carry."""

import numpy as np
import pytest

from nets.few_shot.metal_domains import discriminator, generator
from tfgan_kit.errors import UserError


def parameters(filters, blocks, channels=3):
    """Of the generator, layer by layer: kernels, and a factor and an offset of each norm."""
    n = filters
    kernels = [49 * channels * n, 16 * n * 2 * n, 16 * 2 * n * 4 * n]
    kernels += 2 * blocks * [9 * (4 * n) ** 2]
    kernels += [16 * 4 * n * 2 * n, 16 * (2 * n + 2 * n) * n, 49 * (n + n) * channels]
    norms = [n, 2 * n, 4 * n, *(2 * blocks * [4 * n]), 2 * n, n]
    return sum(kernels) + 2 * sum(norms)


def test_the_generator_has_the_layers_of_the_table():
    assert generator(3).count_params() == parameters(64, 6) == 8_555_328
    small = generator(1, filters=4, blocks=3)
    assert small.count_params() == parameters(4, 3, 1)
    assert small({"input": np.zeros((2, 12, 8, 1))})["image"].shape == (2, 12, 8, 1)


def test_the_discriminator_has_the_layers_of_the_table_and_two_heads():
    network = discriminator((128, 128, 3))
    shapes = [tuple(network.output[f"features_{i}"].shape[1:]) for i in (1, 2, 3, 4)]
    assert shapes == [(64, 64, 64), (32, 32, 128), (16, 16, 256), (15, 15, 512)]
    for head in ("logits", "domain_logits"):
        assert network.output[head].shape == (None, 14, 14, 1)
        assert network.output[head].dtype == "float32"
    kernels = 16 * (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 2 * 512)
    assert network.count_params() == kernels + 64 + 2 * (128 + 256 + 512) + 2 == 2_773_826


def test_small_images_need_fewer_layers():
    assert discriminator((12, 12, 1), layers=2, filters=1).output["logits"].shape[1:] == (1, 1, 1)
    with pytest.raises(UserError, match="--discriminator-layers 3 needs images of 24 pixels"):
        discriminator((16, 16, 1))


def test_skips_carry_what_the_middle_does_not():
    network = generator(1, filters=4, blocks=1)
    middle = network.get_layer("up_2_conv")
    middle.kernel.assign(np.zeros(middle.kernel.shape))
    rng = np.random.default_rng(0)
    one, other = (network({"input": rng.normal(size=(1, 8, 8, 1))})["image"] for _ in range(2))
    assert np.abs(one - other).max() > 1e-3
