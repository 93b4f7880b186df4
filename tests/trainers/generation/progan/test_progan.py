"""ProGAN's losses against numpy, and what a phase changes."""

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import batches, step, write_mnist
from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.stages import feed_of
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from tfgan_kit.terms.penalties import wgan_gp
from trainers import registry
from trainers.core.adversarial import images_only

SMALL = {
    "image_size": Size(16, 16),
    "initial_size": 8,
    "latent_size": 4,
    "stable_images": 16,
    "fade_images": 32,
    "warmup_steps": 0,
    "width": 1 / 64,
}


def build_small(**settings):
    """A trainer in its first phase, and the data of the last."""
    method = registry.find("progan")
    layers = SMALL, {"batch_size": 8}, settings
    feed, config = open_feed(method.feed, make(method.config_class(), *layers))
    return method.build(config, feed, tf.distribute.get_strategy()), feed


def enter(trainer, feed, stage):
    """Enters a phase at its first step; gives the data of it."""
    phase = trainer.stages(trainer.config)[stage]
    own = feed_of(phase, feed)
    trainer.enter(stage, own.spec)
    trainer.step.assign(trainer.phase.first_step)
    return own


@pytest.fixture
def fading():
    """A trainer in the middle of a fade, and its data."""
    trainer, feed = build_small()
    own = enter(trainer, feed, 1)
    trainer.step.assign_add(1)
    return trainer, own


def test_the_discriminator_minimises_the_loss_of_the_paper(fading):
    trainer, feed = fading
    ((batch,),) = batches(trainer, feed)
    real = trainer.real(batch)
    fake = trainer.fakes(8, "any")
    found = {
        term.name: (float(term.value), term.weight)
        for term in trainer.discriminator_terms(images_only([real]), images_only([fake]), "any")
    }
    on_real, on_fake = (trainer.discriminator(x)["logits"].numpy() for x in (real, fake))
    value, weight = found["adversarial"]
    assert value * weight == pytest.approx(on_fake.mean() - on_real.mean(), rel=1e-4, abs=1e-6)
    assert found["drift"] == (pytest.approx(np.square(on_real).mean(), rel=1e-4), 1e-3)
    judge = lambda x: trainer.discriminator(x)["logits"]  # noqa: E731
    penalty = wgan_gp(judge, real, fake, trainer.random.seed("any/penalty"))
    assert found["penalty"] == (pytest.approx(float(penalty), rel=1e-4), 10)
    assert set(found) == {"adversarial", "drift", "penalty"}


def test_the_generator_minimises_its_own(fading):
    trainer, _ = fading
    fake = trainer.fakes(8, "any")
    (term,) = trainer.generator_terms(images_only([fake]), images_only([fake]), "any")
    expected = -trainer.discriminator(fake)["logits"].numpy().mean()
    assert float(term.value) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_every_variable_of_the_penalty_has_a_gradient(fading):
    trainer, feed = fading
    ((batch,),) = batches(trainer, feed)
    trainer.discriminator.get_layer("fade").alpha.assign(0.5)
    real = trainer.real(batch)
    fake = trainer.fakes(8, "any")
    judge = trainer.discriminator
    variables = [v for v in judge.trainable_variables if not v.path.startswith("from_rgb_4/")]
    with tf.GradientTape() as tape:
        value = wgan_gp(lambda x: judge(x)["logits"], real, fake, [0, 1])
    gradients = tape.gradient(value, [v.value for v in variables])
    for variable, gradient in zip(variables, gradients, strict=True):
        # Biases reach the slope of D only through LeakyReLU, whose kink has no gradient.
        if variable.path.endswith("kernel"):
            assert gradient is not None, variable.path
            assert np.abs(gradient).max() > 0, variable.path


def test_real_images_are_blended_as_generated_ones_are(fading):
    trainer, feed = fading
    ((batch,),) = batches(trainer, feed)
    images = batch["image"].numpy() / 127.5 - 1
    coarse = images.reshape(8, 8, 2, 8, 2, 1).mean((2, 4)).repeat(2, 1).repeat(2, 2)
    assert float(trainer.alpha) == 8 / 32
    expected = 0.75 * coarse + 0.25 * images
    np.testing.assert_allclose(trainer.real(batch), expected, atol=1e-5)


def test_alpha_is_linear_in_the_images_shown():
    trainer, feed = build_small()
    assert [str(stage.until) for stage in trainer.stages(trainer.config)] == ["2", "6", "None"]
    assert float(trainer.alpha) == 1
    own, seen = enter(trainer, feed, 1), []
    for (batch,) in batches(trainer, own, steps=4):
        found = trainer.whole_step([batch])
        grown = [*trainer.networks.values(), trainer.averages["generator"].network]
        alphas = [float(network.get_layer("fade").alpha) for network in grown]
        assert alphas == [float(found["alpha"])] * 3
        seen.append(alphas[0])
        trainer.averages["generator"].update(trainer.strategy, trainer.step)
        trainer.step.assign_add(1)
        # The average is not behind.
        assert float(grown[-1].get_layer("fade").alpha) == alphas[0]
    assert seen == [0, 0.25, 0.5, 0.75]


def test_layers_that_have_been_faded_out_stay_as_they_are():
    trainer, feed = build_small(stable_images=8, fade_images=8)
    own = enter(trainer, enter_all(trainer, feed, 1), 2)
    names = ["to_rgb_4", "to_rgb_8"], ["from_rgb_4", "from_rgb_8"]
    networks = trainer.networks.values()
    before = [n.get_weights() for n in networks]
    step(trainer, own)
    for network, kept, old in zip(networks, names, before, strict=True):
        paths = [v.path for v in network.variables]
        moved = {
            path.partition("/")[0]
            for path, a, b in zip(paths, old, network.get_weights(), strict=True)
            if not np.array_equal(a, b)
        }
        assert not moved & set(kept)
        assert {layer.name for layer in network.layers if layer.weights} - moved == set(kept)


def enter_all(trainer, feed, last):
    for stage in range(1, last + 1):
        enter(trainer, feed, stage)
    return feed


def test_each_phase_begins_with_the_weights_of_the_last_and_a_new_adam():
    trainer, feed = build_small()
    step(trainer, feed_of(trainer.stages(trainer.config)[0], feed))
    assert int(trainer.players["generator"].optimizer.iterations) == 1
    old = {v.path: v.numpy() for v in trainer.networks["generator"].variables}
    average = {v.path: v.numpy() for v in trainer.averages["generator"].network.variables}
    enter(trainer, feed, 1)
    for network, before in (
        (trainer.networks["generator"], old),
        (trainer.averages["generator"].network, average),
    ):
        now = {v.path: v.numpy() for v in network.variables}
        for path, value in before.items():
            np.testing.assert_array_equal(now[path], value)
    for player in trainer.players.values():
        assert int(player.optimizer.iterations) == 0
        assert not any(np.any(v) for v in player.optimizer.variables[2:])


def test_a_step_is_traced_once_in_a_phase():
    trainer, feed = build_small()
    own, traces = enter(trainer, feed, 1), []
    critic = trainer.critic_step
    trainer.critic_step = lambda batch: traces.append(1) or critic(batch)
    loop = Loop(trainer, lambda context: own.dataset(0, context))
    for count in (1, 2, 1):
        loop.run(count)
    assert len(traces) == 1
    assert float(trainer.networks["generator"].get_layer("fade").alpha) == 0.75


def test_tables_of_batches_and_rates():
    tables = {"batch_sizes": (32, 16, 8), "lr_factors": (1.0, 0.5, 0.25), "warmup_steps": 3}
    trainer, feed = build_small(**tables, fade_images=16)
    rates = trainer.players["generator"].optimizer._learning_rate
    assert trainer.batch_size == 16
    assert float(rates(0)) == pytest.approx(1e-3 * 0.5 / 4)
    own = enter(trainer, feed, 1)
    assert own.spec["image"].shape == (16, 16, 1)
    ((batch,),) = batches(trainer, own)
    assert len(batch["image"]) == trainer.batch_size == 8
    # The first phase took a step; the ramp goes on.
    rates = trainer.players["generator"].optimizer._learning_rate
    assert float(rates(0)) == pytest.approx(1e-3 * 0.25 * 2 / 4)


def test_a_group_must_divide_the_batch():
    with pytest.raises(UserError, match="does not divide the batch of 6 images of 16x16; choose"):
        build_small(batch_sizes=(8, 8, 6))
    assert build_small(batch_sizes=(8, 8, 6), minibatch_group=0)
    assert build_small(batch_sizes=(8, 8, 6), minibatch_group=3, batch_size=6, initial_size=16)


def prepared(**settings):
    method = registry.find("progan")
    feed, config = open_feed(method.feed, make(method.config_class(), {"batch_size": 8}, settings))
    return method.prepared(config, feed, open_feed, tf.distribute.get_strategy())


def test_images_do_not_grow_beyond_the_data(tmp_path):
    where = {"data_dir": str(write_mnist(tmp_path, 8, 8)), "dataset": "mnist"}
    config, missing = prepared(**where)
    assert (config.image_size, missing) == (Size(32, 32), [])
    # Known at the start, not when the networks have grown so far.
    with pytest.raises(UserError, match=r"--batch-sizes: a batch of 12 at 8x8, but .* has 8 exam"):
        prepared(**where, batch_sizes=(8, 12))
    with pytest.raises(UserError, match=r"--image-size 64: .* has images of 28, .* give 32 or le"):
        prepared(**where, image_size=Size(64, 64))
    with pytest.raises(UserError, match="--image-size 512: glyphs has images of 256"):
        prepared(image_size=Size(512, 512))


def test_warnings():
    trainer, _ = build_small(steps=7)
    assert trainer.warnings() == []
    trainer, _ = build_small(steps=6)
    (text,) = trainer.warnings()
    assert "16x16 begins at step 6" in text
