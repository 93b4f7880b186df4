"""The VAE's loss against numpy, and its measures against what can be seen."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import build, step
from tfgan_kit.attention.display import resized
from tfgan_kit.attention.latents import attention, error_maps
from tfgan_kit.attention.opened import Opened
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.maps.roc import area_under_roc
from tfgan_kit.settings.size import Size
from trainers.attention.vae.trainer import cross_entropy_of_pixels


def test_the_loss_is_that_of_numpy():
    trainer, feed = build("vae", dataset="glyph_defects", latent_size=3, kl_weight=0.5)
    batch = feed.reader.read(np.arange(8))["image"]
    images = (batch / 127.5 - 1).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 1, (8, 3)).astype(np.float32)
    parts = {term.name: term for term in trainer._terms(tf.constant(images), tf.constant(noise))}
    found = {name: each.numpy() for name, each in trainer.encoder(images).items()}
    mean, log_variance = found["latent"].astype(np.float64), found["log_variance"].astype(float)
    latents = mean + np.exp(log_variance / 2) * noise
    logits = trainer.decoder(latents.astype(np.float32))["logits"].numpy().astype(np.float64)
    chances, targets = 1 / (1 + np.exp(-logits)), batch / 255
    entropy = -(targets * np.log(chances) + (1 - targets) * np.log(1 - chances)).sum((1, 2, 3))
    np.testing.assert_allclose(parts["reconstruction"].value, entropy.mean(), rtol=1e-5)
    kl = 0.5 * (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1)
    np.testing.assert_allclose(parts["kl"].value, kl.mean(), rtol=1e-4)
    assert parts["kl"].weight == 0.5
    assert parts["reconstruction"].weight == 1.0


def test_certain_pixels_cost_nothing():
    images = tf.constant([[[[1.0], [-1.0]]]])
    assert cross_entropy_of_pixels(images, 50 * images) < 1e-9
    np.testing.assert_allclose(cross_entropy_of_pixels(images, 0 * images), 2 * np.log(2))


def test_both_networks_are_trained():
    trainer, feed = build("vae", dataset="glyph_defects", latent_size=3)
    before = {name: each.get_weights() for name, each in trainer.networks.items()}
    step(trainer, feed)
    for name, network in trainer.networks.items():
        changed = [
            not np.array_equal(a, b)
            for a, b in zip(before[name], network.get_weights(), strict=True)
        ]
        assert all(changed)


def test_defects_are_measured_against_where_they_are():
    trainer, feed = build("vae", dataset="glyph_defects", latent_size=3)
    found = trainer.evaluate(feed, 20)
    (reader,) = feed.held_out()
    images = to_network(reader.fields["image"], reader.read(np.arange(20))["image"])
    made = trainer.bound("reconstruct")({"image": images})["reconstruction"]
    errors = np.abs(images - made).mean(-1)
    np.testing.assert_allclose(error_maps(images, made), errors, atol=1e-6)
    np.testing.assert_allclose(found["reconstruction_error"], 50 * errors.mean(), rtol=1e-5)
    masks = np.array([reader.source.masks(row)[0] for row in range(20)])
    auroc = found["pixel_auroc"]
    np.testing.assert_allclose(auroc["reconstruction"], area_under_roc(errors, masks))
    encoder = Opened(trainer.models()["encoder"], "encoder", output="latent")
    large = resized(attention(encoder, images, "relu_3").numpy(), masks.shape[1:])
    np.testing.assert_allclose(auroc["attention"], area_under_roc(large, masks))
    assert found["samples"] == 20


@pytest.mark.parametrize("data", ["glyphs", "glyph_boxes", "glyph_marks", "glyph_defects-negative"])
def test_without_masks_of_what_training_never_saw_there_is_only_the_error(data):
    """The masks of a set with classes are of what training sees; a transform moves the image."""
    trainer, feed = build("vae", dataset=data, image_size=Size(32, 32), latent_size=3)
    assert trainer.evaluate(feed, 8).keys() == {"reconstruction_error", "samples"}
