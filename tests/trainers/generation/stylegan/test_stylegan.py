"""StyleGAN's mixing, truncation, noise and losses, against numpy."""

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from nets.progressive.stylegan import layers_at
from tests.trainers.small import batches, step
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from tfgan_kit.terms.penalties import r1
from trainers import registry
from trainers.core.adversarial import images_only
from trainers.generation.growing.phases import phases
from trainers.generation.stylegan.config import StyleGANConfig
from trainers.generation.stylegan.mixing import mixed

SMALL = {"image_size": Size(16, 16), "latent_size": 4, "width": 1 / 64, "batch_sizes": (8,)}


def build(**settings):
    method = registry.find("stylegan")
    feed, config = open_feed(method.feed, make(method.config_class(), SMALL, settings))
    trainer = method.build(config, feed, tf.distribute.get_strategy())
    return trainer, feed.changed(batch_size=8)


@pytest.fixture(scope="module")
def built():
    return build()


def test_mixing_takes_each_example_at_its_own_cut():
    first, second = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    made = mixed(first, second, tf.constant([0, 1, 4, 6]), 6).numpy()
    for example, cut in enumerate((0, 1, 4, 6)):
        for layer in range(6):
            expected = (first if layer < cut else second)[example]
            np.testing.assert_array_equal(made[example, layer], expected)


def test_a_cut_behind_the_last_layer_changes_nothing():
    first, second = np.random.default_rng(0).normal(size=(2, 2, 3)).astype("float32")
    made = mixed(first, second, tf.constant([6, 6]), 6)
    np.testing.assert_array_equal(made, np.repeat(first[:, None], 6, 1))


@pytest.mark.parametrize("share", [0.0, 0.9, 1.0])
def test_cuts_are_drawn_per_example(built, share):
    trainer, _ = build(mixing=share)
    count, layers = 2000, layers_at(16)
    zeros, ones = tf.zeros((count, 1)), tf.ones((count, 1))
    styles = trainer.styles(zeros, ones, count, "any").numpy()[..., 0]
    cuts = layers - styles.sum(1)
    assert (np.diff(styles, axis=1) >= 0).all()
    of = {cut: (cuts == cut).mean() for cut in range(layers + 1)}
    assert of[0] == 0
    assert of[layers] == pytest.approx(1 - share, abs=0.03)
    for cut in range(1, layers):
        assert of[cut] == pytest.approx(share / (layers - 1), abs=0.03)


def test_the_losses(built):
    trainer, feed = built
    ((batch,),) = batches(trainer, feed)
    real, fake = trainer.real(batch), trainer.fakes(8, "any")
    terms = trainer.discriminator_terms(images_only([real]), images_only([fake]), "any")
    found = {term.name: (float(term.value), term.weight) for term in terms}
    on_real, on_fake = (trainer.discriminator(x)["logits"].numpy() for x in (real, fake))
    expected = np.logaddexp(0, -on_real).mean() + np.logaddexp(0, on_fake).mean()
    assert found["adversarial"] == (pytest.approx(expected, rel=1e-4), 1)

    def judge(images):
        return trainer.discriminator(images)["logits"]

    penalty = float(r1(judge, real, fake, None))
    assert penalty > 0
    assert found["penalty"] == (pytest.approx(penalty, rel=1e-4), 10)
    assert set(found) == {"adversarial", "penalty"}
    (term,) = trainer.generator_terms(images_only([fake]), images_only([real]), "any")
    assert float(term.value) == pytest.approx(np.logaddexp(0, -on_fake).mean(), rel=1e-4)


def test_the_mean_of_truncation_follows_the_mapped_latents():
    trainer, feed = build()
    expected = np.zeros(4)
    for (batch,) in batches(trainer, feed, steps=2):
        before = trainer.networks["mapping"].get_weights()
        trainer.whole_step([batch])
        after = trainer.networks["mapping"].get_weights()
        trainer.networks["mapping"].set_weights(before)
        w = trainer.networks["mapping"](trainer.latents(8, "generator"))["w"].numpy()
        expected = 0.995 * expected + 0.005 * w.mean(0)
        trainer.networks["mapping"].set_weights(after)
        trainer.step.assign_add(1)
    mean = trainer.truncation.mean
    assert np.abs(expected).max() > 0
    np.testing.assert_allclose(mean, expected, rtol=1e-4, atol=1e-7)


def latents(count):
    return np.random.default_rng(0).normal(size=(count, 4)).astype("float32")


def test_without_psi_nothing_is_truncated_and_with_0_all_images_are_one(built):
    trainer, _ = built
    trainer.truncation.mean.assign([1.0, 2.0, 3.0, 4.0])
    bound, z = trainer.bound("generate"), latents(3)
    mapped = trainer.bound("map").render({"latent": z})
    styles = np.repeat(mapped["w"][:, None], layers_at(16), 1)
    np.testing.assert_array_equal(mapped["styles"], styles)
    made = trainer.bound("synthesize").render({"styles": styles})["image"]
    plain = bound.render({"latent": z})["image"]
    np.testing.assert_array_equal(plain, made)
    np.testing.assert_array_equal(bound.render({"latent": z})["image"], plain)
    one = np.ones((3, 1), "float32")
    np.testing.assert_allclose(bound.render({"latent": z, "psi": one})["image"], plain, atol=1e-5)
    same = bound.render({"latent": z, "psi": 0 * one})["image"]
    np.testing.assert_array_equal(same, np.stack([same[0]] * 3))
    assert not np.allclose(plain[0], plain[1])


def test_both_networks_of_the_generator_are_trained_and_averaged():
    trainer, feed = build()
    before = {name: net.get_weights() for name, net in trainer.networks.items()}
    step(trainer, feed)
    for name in ("mapping", "synthesis", "discriminator"):
        pairs = zip(before[name], trainer.networks[name].get_weights(), strict=True)
        assert any((a != b).any() for a, b in pairs), name
    assert set(trainer.averages) == {"mapping", "synthesis"}
    assert set(trainer.models()) == {"mapping", "truncation", "synthesis", "discriminator"}


def config(side=64, **settings):
    return StyleGANConfig(image_size=Size(side, side), **settings)


def test_small_networks_do_not_grow_unless_asked_to():
    assert [str(phase) for phase in phases(config(32))] == ["32x32"]
    assert [str(phase) for phase in phases(config(32, grow=True))] == [
        *("8x8", "16x16 fades in", "16x16", "32x32 fades in", "32x32")
    ]
    assert str(phases(config(64))[0]) == "8x8"
    assert [str(phase) for phase in phases(config(64, grow=False))] == ["64x64"]


def test_tables_are_those_of_the_authors():
    made = config()
    sides = (8, 16, 32, 64, 128, 256)
    assert [made.batch_size_at(side) for side in sides] == [128, 128, 64, 32, 16, 8]
    rates = [made.lr_factor_at(side) for side in (*sides, 512, 1024)]
    assert rates == [1, 1, 1, 1, 1.5, 2, 3, 3]


def test_half_of_the_average_is_new_after_ten_thousand_images():
    made = config()
    steps = 10_000 / made.batch_size_at(32)
    assert made.ema_decay_at(32) ** steps == pytest.approx(0.5)
    assert config(ema_images=0).ema_decay_at(32) == 0.999
    assert config(ema_decay=0.0).ema_decay_at(32) == 0
