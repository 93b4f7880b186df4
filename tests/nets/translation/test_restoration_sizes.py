"""The parameter counts of the papers, at full size; the networks are only built."""

import numpy as np
import pytest

from nets.translation import (
    context_encoder,
    context_features,
    esrgan_discriminator,
    rrdb,
    srgan_discriminator,
    srresnet,
)


def trainable(model):
    return sum(int(np.prod(w.shape)) for w in model.trainable_variables)


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (srresnet.generator, 1_550_659),
        (rrdb.generator, 16_697_987),
        (lambda: rrdb.generator(blocks=16), 11_662_019),
        (lambda: srgan_discriminator.discriminator((96, 96, 3)), 23_565_505),
        (lambda: esrgan_discriminator.discriminator((128, 128, 3)), 14_499_401),
        (context_encoder.generator, 71_130_531),
        (lambda: context_encoder.generator(centre=False), 71_196_259),
        (lambda: context_encoder.discriminator((64, 64, 3)), 2_766_529),
        (lambda: context_encoder.discriminator((128, 128, 3)), 2_832_257),
    ],
)
def test_parameters(zero_weights, make, count):
    assert trainable(make()) == count


def test_alexnet_to_pool_5_and_its_channelwise_layer():
    model = context_features.generator()
    counts = {layer.name: layer.count_params() for layer in model.layers}
    alexnet = sum(counts[f"conv_{i}"] for i in range(1, 6))
    # Krizhevsky 2012 with its two groups: 96, 256, 384, 384 and 256 kernels and biases.
    assert alexnet == sum(
        n * (size * size * inputs + 1)
        for n, size, inputs in (
            (96, 11, 3),
            (256, 5, 48),
            (384, 3, 256),
            (384, 3, 192),
            (256, 3, 192),
        )
    )
    assert model.output["features_5"].shape[1:] == (6, 6, 256)
    assert counts["channelwise"] == 331_776
    sides = [model.output[f"features_{i}"].shape[1] for i in range(7, 11)]
    assert sides == [11, 21, 41, 81]
    assert model.get_layer("output").output.shape[1:] == (161, 161, 3)
