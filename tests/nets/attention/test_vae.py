import numpy as np
import pytest

from nets.attention.vae import decoder, encoder
from tfgan_kit.errors import UserError


def test_parameters():
    convolutions = 16 * (1 * 32 + 32 * 64 + 64 * 128) + 32 + 64 + 128
    assert encoder((32, 32, 1), 32).count_params() == convolutions + 2 * (2048 * 32 + 32)
    back = 16 * (128 * 64 + 64 * 32 + 32 * 1) + 64 + 32 + 1
    assert decoder((32, 32, 1), 32).count_params() == back + 32 * 2048 + 2048


@pytest.mark.parametrize("shape", [(16, 24, 3), (32, 32, 1)])
def test_shapes_and_ranges(shape):
    images = np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype("float32")
    found = encoder(shape, 5, width=1 / 8)(images)
    assert {n: tuple(v.shape) for n, v in found.items()} == {
        "latent": (2, 5),
        "log_variance": (2, 5),
    }
    made = decoder(shape, 5, width=1 / 8)(20 * found["latent"])
    assert made["image"].shape == images.shape
    chances = 1 / (1 + np.exp(-made["logits"].numpy().astype(np.float64)))
    np.testing.assert_allclose(made["image"], 2 * chances - 1, atol=1e-6)


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (2,)])
@pytest.mark.parametrize("network", [encoder, decoder])
def test_other_sizes_are_refused(network, shape):
    with pytest.raises(UserError, match="that 8 divides, these are"):
        network(shape, 4)
