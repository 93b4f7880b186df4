"""The anchor's encoder with weights of VGG16."""

import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from nets.transfer.segnet import encoder
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz, write_published
from tests.trainers.transfer.mmnet.small import built
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualFeatures
from trainers.transfer.mmnet.pretrained import begin_as_vgg
from trainers.transfer.mmnet.trainer import ALIGNED, SEEN

REAL_WEIGHTS = Path(os.environ.get("TFGAN_KIT_DATA", "none"), "weights", "lpips-vgg16.npz")
TWO = {"filters": (64, 128), "convolutions": (2, 2), "anchor_norm": "none"}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return str(write_npz(tmp_path_factory.mktemp("vgg") / "vgg.npz", "vgg16", draw("vgg16", 2)))


def pooled_alike(made, path, layer, side):
    """Checks the latent of a square image against VGG's maps before their pooling, inside."""
    images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (1, side, side, 3)), tf.float32)
    maps = PerceptualFeatures("vgg16", path, layers=(layer,))(images)[layer]
    expected = tf.nn.max_pool2d(maps, 2, 2, "VALID").numpy()
    latent = made({"input": images})["latent"].numpy()
    # Pixels of the latent that see no edge of the image.
    inside = (slice(None), slice(3, -3), slice(3, -3))
    assert latent.shape == expected.shape
    scale = np.abs(expected).max()
    np.testing.assert_allclose(latent[inside] / scale, expected[inside] / scale, atol=2e-5)


@pytest.mark.parametrize("form", ["npz", "h5"])
def test_the_encoder_is_vgg_for_images_as_networks_take_them(form, weights, tmp_path):
    if form == "h5":
        weights = str(write_published(tmp_path / "vgg.h5", "vgg16", draw("vgg16")))
    made = encoder(3, (64, 128), (2, 2), norm="none")
    begin_as_vgg(made, weights)
    pooled_alike(made, weights, "block2_conv2", 48)


@pytest.mark.skipif(
    not REAL_WEIGHTS.is_file(), reason="TFGAN_KIT_DATA names no folder with weights/lpips-vgg16.npz"
)
def test_the_whole_encoder_takes_published_weights():
    made = encoder(3, (64, 128, 256, 512, 512), (2, 2, 3, 3, 3), norm="none")
    begin_as_vgg(made, str(REAL_WEIGHTS))
    pooled_alike(made, str(REAL_WEIGHTS), "block5_conv3", 256)


def test_a_training_begins_with_them_and_keeps_what_it_learned(weights):
    trainer, feed = built(SEEN, anchor_weights=weights, **TWO)
    plain, _ = built(SEEN, **TWO)
    own = encoder(3, (64, 128), (2, 2), norm="none")
    begin_as_vgg(own, weights)
    network = trainer.networks["encoder_rgb"]
    for was, now in zip(own.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(was, now)
    assert (plain.networks["encoder_rgb"].get_weights()[0] != own.get_weights()[0]).any()
    network.set_weights([array + 1 for array in network.get_weights()])
    trainer.enter(ALIGNED, feed.spec)
    for was, now in zip(
        own.get_weights(), trainer.networks["encoder_rgb"].get_weights(), strict=True
    ):
        np.testing.assert_array_equal(was + 1, now)


@pytest.mark.parametrize(
    "settings",
    [
        {"filters": (64, 96)},
        {"convolutions": (1, 2)},
        {"anchor_norm": "batch"},
        {"dataset": "glyph_opponent"},  # Its anchor has one channel.
    ],
)
def test_an_encoder_that_is_no_part_of_vgg_is_one_line(settings, weights):
    with pytest.raises(UserError, match="is not the beginning of VGG16; give --filters") as error:
        built(SEEN, anchor_weights=weights, **TWO | settings)
    assert "\n" not in str(error.value)


def test_files_that_do_not_fit_are_told_by_their_option(tmp_path):
    made = encoder(3, (64, 128), (2, 2), norm="none")
    other = write_npz(tmp_path / "other.npz", "vgg19", draw("vgg19", 2))
    (tmp_path / "text.h5").write_text("no weights")
    for path, said in (
        (tmp_path / "none.npz", "no such file; --anchor-weights names a .npz"),
        (other, "holds vgg19, not vgg16; choose another --anchor-weights"),
        (tmp_path / "text.h5", "choose another --anchor-weights"),
    ):
        with pytest.raises(UserError) as error:
            begin_as_vgg(made, str(path))
        assert str(error.value).startswith(str(path))
        assert said in str(error.value)
        assert "perceptual" not in str(error.value)
