"""The losses of SDIT beside those of StarGAN."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import STILL, batches, build
from tfgan_kit.fields.network import to_network
from tfgan_kit.latent.latents import fixed_latents
from trainers.unpaired import styles
from trainers.unpaired.many_domains import measures
from trainers.unpaired.many_domains.measures import DomainMeasures

SMALL = {
    **{"image_size": (16, 16), "filters": 2, "blocks": 1, "styled_blocks": 1, "batch_size": 4},
    "critic_steps": 1,
}


def made(**settings):
    return build("sdit", **SMALL | settings)


def test_the_latent_is_asked_of_translations_and_kept_on_the_way_back():
    trainer, feed = made(**STILL, penalty="none", adversarial_weight=3.0, latent_weight=7.0)
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    for purpose, player in (("critic0", "discriminator"), ("generator", "generator")):
        real, fake = trainer.pair(batch, purpose)
        np.testing.assert_array_equal(real["latent"], fake["latent"])
        told = trainer.discriminator({"image": fake["image"]})["latent"]
        error = np.abs(told - fake["latent"]).mean()
        np.testing.assert_allclose(found[f"{player}/latent"], error, rtol=1e-4)
        total = 7 * error + found[f"{player}/class"]
        if player == "discriminator":
            total += found["discriminator/adversarial"]
        else:
            inputs = {"input": fake["image"], "label": to_network(trainer.label, real["label"])}
            back = trainer.generator(inputs | {"latent": real["latent"]})["image"]
            cycle = np.abs(real["image"] - back).mean()
            np.testing.assert_allclose(found["generator/cycle"], cycle, rtol=1e-4)
            total += 3 * found["generator/adversarial"] + 10 * cycle
        np.testing.assert_allclose(found[f"{player}/loss"], total, rtol=1e-4)


def test_each_image_has_a_latent_of_its_own():
    trainer, feed = made()
    ((batch,),) = batches(trainer, feed)
    first = trainer.pair(batch, "critic0")[0]["latent"].numpy()
    assert len(np.unique(first.round(5), axis=0)) == 4
    assert np.abs(first - trainer.pair(batch, "generator")[0]["latent"]).max() > 0.1


def test_one_latent_gives_one_image_and_another_one_another():
    trainer, feed = made()
    bound = trainer.bound("translate")
    examples = next(feed.examples(3))
    inputs = {"input": examples["image"], "label": examples["label"]}
    latent = tf.random.stateless_normal((3, 8), (0, 0)).numpy()
    first, again, other = (
        bound.render(inputs | {"latent": z})["image"] for z in (latent, latent, -latent)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4


def test_measures_tell_what_latents_change(monkeypatch):
    trainer, feed = made(classifier_steps=0)
    asked, loaded = [], []

    def with_latents(images, labels, latents):
        asked.append((images, labels))
        return np.tile(latents[:, None, None, :1] / 10, (1, 16, 16, 3)).astype(np.float32)

    def load_lpips():
        loaded.append(True)
        return SimpleNamespace(smallest=999), None

    monkeypatch.setattr(trainer, "with_latents", with_latents)
    monkeypatch.setattr(styles, "load_lpips", load_lpips)
    monkeypatch.setattr(DomainMeasures, "__call__", lambda *_: {"samples": 1})
    monkeypatch.setattr(measures, "load_lpips", lambda: (None, "no weights"))
    found = [trainer.evaluate(feed, 6) for _ in range(2)]
    first = fixed_latents("normal", trainer.config.seed, styles.STYLES, 8)[:, 0] / 10
    shown = np.rint((first + 1) * 127.5)
    expected = np.abs(shown - np.roll(shown, 1)).mean() / 255 * 100
    assert found == [{"samples": 1, "style_spread": pytest.approx(expected)}] * 2
    # The network is read once, and what else is left out is still told.
    assert (loaded, trainer.left_out) == ([True], ("no weights",))
    examples = next(feed.examples(6))
    assert len(asked) == 2 * styles.STYLES
    for images, labels in asked:
        np.testing.assert_array_equal(images, examples["image"])
        np.testing.assert_array_equal(labels, np.roll(examples["label"], 1))
