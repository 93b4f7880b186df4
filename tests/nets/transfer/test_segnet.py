import keras
import numpy as np
import pytest

from nets.transfer import segnet
from tfgan_kit.layers import MaxPoolIndices, MaxUnpool

FULL = {"filters": (64, 128, 256, 512, 512), "convolutions": (2, 2, 3, 3, 3)}
SMALL = {"filters": (4, 8), "convolutions": (1, 2)}


def trained(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


# The published counts have a bias before each normalisation, which cancels it: as many as there are
# channels. The encoder of RGB has no normalisation, and is that of VGG16.
@pytest.mark.parametrize(
    ("channels", "norm", "published", "biases"),
    [
        (3, "none", 14_714_688, 0),
        (1, "batch", 14_721_984, 4_224),
        (14, "batch", 14_729_472, 4_224),
    ],
)
def test_encoders_have_the_published_size(channels, norm, published, biases):
    network = segnet.encoder(channels, **FULL, norm=norm)
    assert trained(network) == published - biases
    assert network.output["latent"].shape[-1] == 512


@pytest.mark.parametrize(("channels", "published"), [(14, 14_727_950), (1, 14_720_449)])
def test_decoders_have_the_published_size(channels, published):
    biases = 512 * 3 + (512 + 512 + 256) + (256 + 256 + 128) + (128 + 64) + 64
    assert trained(segnet.decoder(channels, **FULL)) == published - biases


def test_the_decoder_of_images_has_the_published_size():
    network = segnet.image_decoder(3, FULL["filters"])
    assert trained(network) == 3_912_195 - (512 + 256 + 128 + 64)


def test_the_discriminator_has_the_published_size():
    norms, biases = 2 * (128 + 256 + 512), 128 + 256 + 512
    assert trained(segnet.critic(3, 64, 4)) == 4_306_560 - biases + norms + 513


def test_maxima_stay_in_their_places():
    x = np.random.default_rng(0).normal(size=(2, 6, 8, 3)).astype("float32")
    again = MaxUnpool()(list(MaxPoolIndices()(x))).numpy()
    windows = x.reshape(2, 3, 2, 4, 2, 3).transpose(0, 1, 3, 5, 2, 4).reshape(2, 3, 4, 3, 4)
    kept = windows * (windows == windows.max(-1, keepdims=True))
    expected = kept.reshape(2, 3, 4, 3, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(x.shape)
    np.testing.assert_array_equal(again, expected)


@pytest.mark.parametrize("side", segnet.SIDES)
def test_any_decoder_takes_what_any_encoder_gives(side):
    for channels in (1, 3):
        code = segnet.encoder(channels, **SMALL, side=side)(
            {"input": np.zeros((2, 8, 12, channels))}
        )
        assert code["latent"].shape == (2, 2, 3, 8)
        decoder = segnet.decoder(5, **SMALL, side=side)
        given = {name: code[name] for name in decoder.input}
        assert set(given) == {"latent"} | (set() if side == "none" else {"side_1", "side_2"})
        assert decoder(given)["output"].shape == (2, 8, 12, 5)
    image = segnet.image_decoder(3, SMALL["filters"])({"latent": code["latent"]})["output"]
    assert image.shape == (2, 8, 12, 3)


def test_latents_are_added_up_by_their_weights(tmp_path):
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(3, 2, 2, 2, 4)).astype("float32")
    weights = rng.uniform(size=(2, 3)).astype("float32")
    given = {f"latent_{i}": latent for i, latent in enumerate(latents, 1)} | {"weights": weights}
    network = segnet.fusion(3, 4)
    network.save(tmp_path / "fusion.keras")
    expected = np.einsum("kbhwc,bk->bhwc", latents, weights)
    for each in (network, keras.saving.load_model(tmp_path / "fusion.keras")):
        np.testing.assert_allclose(each(given)["latent"], expected, rtol=1e-5, atol=1e-6)
