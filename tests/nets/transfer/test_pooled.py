import keras
import numpy as np
import pytest

from nets.transfer import pooled
from nets.transfer.segnet import SIDES
from nets.translation.unpaired.discriminators import unit_discriminator

SMALL = {"pools": 2, "blocks": 1, "filters": 4}


def trained(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


@pytest.mark.parametrize(("size", "count"), [(3, 9_097_856), (7, 40_555_136)])
def test_the_encoder_has_the_size_that_its_tables_give(size, count):
    assert trained(pooled.encoder(3, size=size)) == count


@pytest.mark.parametrize("size", [3, 7])
def test_the_decoder_mirrors_it(size):
    blocks = 12 * (size**2 * 256 * 256 + 256)
    ways_up = (49 * 256 * 128 + 128) + (49 * 128 * 64 + 64) + (49 * 64 * 3 + 3)
    assert trained(pooled.decoder(3, size=size)) == blocks + ways_up


def test_a_discriminator_has_the_size_that_its_table_gives():
    both = unit_discriminator({"red": 3, "blue": 3}, layers=4, size=4)
    assert trained(both) == 2 * 2_757_057


@pytest.mark.parametrize("side", SIDES)
def test_any_decoder_takes_what_any_encoder_gives(side):
    images = np.random.default_rng(0).uniform(-1, 1, (2, 12, 8, 3)).astype("float32")
    code = pooled.encoder(3, side=side, **SMALL)({"input": images})
    assert code["latent"].shape == (2, 3, 2, 8)
    shapes = {"indices": [(2, 6, 4, 4), (2, 3, 2, 8)], "skip": [(2, 12, 8, 4), (2, 6, 4, 8)]}
    told = [tuple(code[f"side_{k}"].shape) for k in (1, 2) if f"side_{k}" in code]
    assert told == shapes.get(side, [])
    made = pooled.decoder(3, side=side, **SMALL)(code)["image"].numpy()
    assert made.shape == images.shape
    assert np.abs(made).max() <= 1


def test_indices_say_where_maxima_were_and_the_decoder_puts_values_there():
    own = {"pools": 1, "blocks": 0, "filters": 1}
    encoder, decoder = pooled.encoder(1, **own), pooled.decoder(1, **own)
    image = np.random.default_rng(1).uniform(-1, 1, (1, 6, 4, 1)).astype("float32")
    code = encoder({"input": image})
    full = keras.Model(encoder.input, encoder.get_layer("conv_1_relu").output)({"input": image})
    windows = np.asarray(full).reshape(3, 2, 2, 2).transpose(0, 2, 1, 3).reshape(3, 2, 4)
    np.testing.assert_array_equal(code["side_1"][0, :, :, 0], windows.argmax(-1))
    placed = windows * (np.arange(4) == windows.argmax(-1)[..., None])
    expected = placed.reshape(3, 2, 2, 2).transpose(0, 2, 1, 3).reshape(1, 6, 4, 1)
    found = keras.Model(decoder.input, decoder.get_layer("unpool_1").output)(code)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
