"""The GAN trainer: every option changes what it should, and trains in every precision."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import linear_sum_assignment

from data.feeds.feed import Feed, open_for
from tfgan_kit.engine.loop import Loop
from tfgan_kit.settings.option import make
from tfgan_kit.terms.losses import ADVERSARIAL_LOSSES
from tfgan_kit.terms.penalties import PENALTIES
from trainers.core.adversarial import images_only
from trainers.generation.gan.config import GANConfig
from trainers.generation.gan.trainer import GAN

POINTS = {"dataset": "ring", "network": "mlp", "width": 0.1, "latent_size": 4, "batch_size": 16}
IMAGES = {"dataset": "glyphs", "width": 0.05, "batch_size": 8}


def train(*settings, steps=2):
    config = make(GANConfig, *settings)
    reader, config = open_for(config)
    trainer = GAN(config, reader.fields, tf.distribute.get_strategy())
    before = {n: m.get_weights() for n, m in trainer.networks.items()}
    feed = Feed(reader, config)
    loop = Loop(trainer, lambda context: feed.dataset(0, context), jit=config.jit)
    window = loop.run(steps)
    assert window.values.shape == (steps, len(loop.names))
    assert np.isfinite(window.values).all()
    for name, model in trainer.networks.items():
        moved = [(a != b).any() for a, b in zip(before[name], model.get_weights(), strict=True)]
        assert any(moved), f"{name} was not trained"
    return trainer, dict(zip(loop.names, window.values.T.tolist(), strict=True))


@pytest.mark.parametrize("loss", ADVERSARIAL_LOSSES)
def test_every_loss_trains(loss):
    trainer, values = train(POINTS, {"loss": loss})
    assert set(values) == {
        "discriminator/adversarial",
        "discriminator/loss",
        "generator/adversarial",
        "generator/loss",
    }
    lost = {"discriminator/adversarial": -1.0}
    signs = [trainer.watch(step, lost) for step in (0, 2000)]
    assert [list(found) for found in signs] == [[], [] if loss == "wasserstein" else ["won"]]


@pytest.mark.parametrize("penalty", PENALTIES)
def test_every_penalty_is_logged_and_weighted(penalty):
    # A fast critic is soon steep enough for the one-sided penalty, which starts at norm 1.
    settings = {"penalty": penalty, "penalty_weight": 7.0, "discriminator_lr": 0.3}
    _, values = train(POINTS, settings, steps=4)
    adversarial, loss, part = (
        np.array(values[f"discriminator/{n}"]) for n in ("adversarial", "loss", "penalty")
    )
    assert part[-1] > 0
    np.testing.assert_allclose(loss, adversarial + 7.0 * part, rtol=1e-5)


def test_lazy_penalty_is_rare_and_heavier():
    lazy = {"penalty": "r1", "penalty_weight": 2.0, "penalty_every": 3}
    _, values = train(POINTS, lazy, steps=7)
    part = np.array(values["discriminator/penalty"])
    assert (part > 0).tolist() == [True, False, False, True, False, False, True]
    np.testing.assert_allclose(
        values["discriminator/loss"],
        np.array(values["discriminator/adversarial"]) + 2.0 * part,
        rtol=1e-5,
    )
    _, every = train(POINTS, lazy, {"penalty_every": 1}, steps=1)
    np.testing.assert_allclose(part[0], 3.0 * every["discriminator/penalty"][0], rtol=1e-5)


def test_critic_steps_take_as_many_fresh_batches():
    trainer, _ = train(POINTS, {"critic_steps": 3}, steps=4)
    assert trainer.players["discriminator"].optimizer.iterations.numpy() == 12
    assert trainer.players["generator"].optimizer.iterations.numpy() == 4
    reader, config = open_for(make(GANConfig, POINTS, {"critic_steps": 3}))
    seen = []
    total = tf.Variable(0.0)
    trainer.critic_step = lambda batch: (
        seen.append(batch["image"]) or {"sum": total.assign_add(tf.reduce_sum(batch["image"]))}
    )
    trainer.train_step = lambda batch: {"last": tf.reduce_sum(batch["image"])}
    feed = Feed(reader, config)
    last, sums = Loop(trainer, lambda context: feed.dataset(0, context)).run(2).values.T
    stream = Feed(reader, config).dataset(0, tf.distribute.InputContext())
    batches = [b["image"].numpy().sum() for b in stream.take(6)]
    np.testing.assert_allclose(sums, [sum(batches[:3]), sum(batches)], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(last, [batches[2], batches[5]], rtol=1e-3, atol=1e-3)
    assert len(set(batches)) == 6
    assert len(seen) == 1  # Traced once for all turns.


def test_clipped_weights_stay_in_range():
    trainer, _ = train(POINTS, {"clip_weights": 0.01, "optimizer": "rmsprop"})
    largest = max(np.abs(v.numpy()).max() for v in trainer.discriminator.trainable_variables)
    assert largest == pytest.approx(0.01)
    assert max(np.abs(v).max() for v in trainer.generator.get_weights()) > 0.01


@pytest.mark.parametrize(
    "change",
    [
        {"label_smoothing": 0.2},
        {"label_flipping": 0.5},
        {"instance_noise": 0.5},
        {"weight_decay": 0.1},
        {"clip_norm": 0.01},
        {"latent": "uniform"},
        {"discriminator_lr": 0.01},
        {"schedule": "linear", "steps": 2},
        {"seed": 1},
    ],
)
def test_every_option_changes_the_training(change):
    base = {"discriminator_lr": 1e-3, "optimizer": "sgd"}
    plain, _ = train(POINTS, base)
    changed, _ = train(POINTS, base, change)
    pairs = zip(plain.discriminator.get_weights(), changed.discriminator.get_weights(), strict=True)
    assert any((a != b).any() for a, b in pairs)


def test_instance_noise_falls_to_zero():
    settings = {"instance_noise": 5.0, "instance_noise_steps": 2, "discriminator_lr": 0.0}
    settings |= {"generator_lr": 0.0, "optimizer": "sgd"}
    noisy, plain = ({**settings, "instance_noise": sigma} for sigma in (5.0, 0.0))
    a, b = (np.array(train_still(s)["discriminator/adversarial"]) for s in (noisy, plain))
    assert (a[:2] != b[:2]).all()
    np.testing.assert_array_equal(a[2:], b[2:])


def train_still(settings):
    """Values of four steps in which no weight moves."""
    config = make(GANConfig, POINTS, settings)
    reader, config = open_for(config)
    trainer = GAN(config, reader.fields, tf.distribute.get_strategy())
    feed = Feed(reader, config)
    loop = Loop(trainer, lambda context: feed.dataset(0, context))
    values = loop.run(4).values
    return dict(zip(loop.names, values.T, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"precision": "mixed_bfloat16", "penalty": "r1", "discriminator_norm": "layer"},
        {"precision": "mixed_float16", "diffaugment": ("color", "translation", "cutout")},
        {"jit": True, "network": "mlp", "width": 0.1, "penalty": "wgan_gp"},
    ],
    ids=["bfloat16", "float16", "jit"],
)
def test_precision_and_compilation(change):
    trainer, _ = train(IMAGES, change)
    for network in trainer.networks.values():
        assert {v.dtype for v in network.trainable_variables} == {"float32"}
    (samples,) = trainer.sample(0, 3)
    assert samples.shape == (3, 32, 32, 1)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() <= 1


def test_spectral_norm_follows_the_weights():
    trainer, _ = train(IMAGES, {"spectral_norm": True, "discriminator_norm": "none"}, steps=4)
    layers = trainer.players["discriminator"].spectral_layers
    assert len(layers) >= 3
    for layer in layers:
        matrix = layer.kernel.numpy().reshape(-1, layer.kernel.shape[-1])
        exact = np.linalg.svd(matrix, compute_uv=False)[0]
        np.testing.assert_allclose(float(layer.sigma()), exact, rtol=0.1)


def test_samples_come_from_the_average():
    trainer, _ = train(IMAGES)
    average = trainer.averages["generator"].network
    before = trainer.sample(0, 2)
    trainer.generator.set_weights([w * 0 for w in trainer.generator.get_weights()])
    np.testing.assert_array_equal(trainer.sample(0, 2), before)
    average.set_weights([w * 0 for w in average.get_weights()])
    assert not np.array_equal(trainer.sample(0, 2), before)


def build(**settings):
    reader, config = open_for(make(GANConfig, IMAGES, settings))
    return GAN(config, reader.fields, tf.distribute.get_strategy())


def test_warnings_about_the_configuration():
    assert build().warnings() == []
    (text,) = build(penalty="wgan_gp").warnings()
    assert "--discriminator-norm layer" in text
    assert build(penalty="wgan_gp", discriminator_norm="layer").warnings() == []
    (text,) = build(loss="wasserstein").warnings()
    assert "Lipschitz" in text
    for remedy in ({"clip_weights": 0.01}, {"spectral_norm": True, "discriminator_norm": "none"}):
        assert build(loss="wasserstein", **remedy).warnings() == []


@pytest.mark.parametrize(("norm", "passes"), [("layer", 1), ("batch", 2)])
def test_real_and_fake_share_a_pass_without_batch_statistics(norm, passes):
    trainer, sizes = build(discriminator_norm=norm), []
    rng = np.random.default_rng(0)
    real, fake = (tf.constant(rng.uniform(-1, 1, (8, 32, 32, 1)), tf.float32) for _ in range(2))
    real, fake = images_only([real]), images_only([fake])
    apart = [trainer.discriminate(examples)[0] for examples in (real, fake)]
    discriminate = trainer.discriminate
    trainer.discriminate = lambda e: sizes.append(len(e[0]["image"])) or discriminate(e)
    both = trainer._discriminate_both(real, fake)
    assert sizes == [16 // passes] * passes
    for (found,), expected in zip(both, apart, strict=True):
        assert found.keys() == expected.keys()
        for name, value in found.items():
            np.testing.assert_allclose(value, expected[name], rtol=1e-3, atol=1e-5)


def test_turns_in_a_loop_do_what_turns_one_by_one_do():
    settings = {"critic_steps": 3, "optimizer": "sgd", "discriminator_lr": 0.1}
    looped, _ = train(POINTS, settings)
    config = make(GANConfig, POINTS, settings)
    reader, config = open_for(config)
    trainer = GAN(config, reader.fields, tf.distribute.get_strategy())
    stream = iter(Feed(reader, config).dataset(0, tf.distribute.InputContext()))
    for _ in range(2):
        trainer.whole_step([next(stream) for _ in range(3)])
        trainer.step.assign_add(1)
    for name, network in looped.networks.items():
        pairs = zip(network.get_weights(), trainer.networks[name].get_weights(), strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("network", ["dcgan", "sngan_resnet"])
def test_the_gradient_of_a_penalty_is_that_of_float32(network, precision):
    found, weights = [], None
    rng = np.random.default_rng(0)
    real, fake = (tf.constant(rng.uniform(-1, 1, (8, 32, 32, 1)), tf.float32) for _ in range(2))
    for name in ("float32", precision):
        trainer = build(
            network=network, precision=name, discriminator_norm="layer", penalty="wgan_gp"
        )
        weights = weights or trainer.discriminator.get_weights()
        trainer.discriminator.set_weights(weights)
        variables = [v.value for v in trainer.discriminator.trainable_variables]
        with tf.GradientTape() as tape:
            value = trainer._penalty(0, {"image": real}, {"image": fake}, tf.constant([1, 2]))
        gradient = tape.gradient(value, variables)
        found.append([value, *(g for g in gradient if g is not None)])
    for half, single in zip(*found, strict=True):
        np.testing.assert_allclose(half, single, rtol=1e-4, atol=1e-6)
    # What is not a penalty is in the policy's precision as before.
    assert trainer.discriminator(real, training=True)["features_1"].dtype == precision[6:]


def test_real_points_stand_beside_the_samples():
    reader, config = open_for(make(GANConfig, POINTS))
    trainer, feed = GAN(config, reader.fields, tf.distribute.get_strategy()), Feed(reader, config)
    found = trainer.evaluate(feed, 500)
    # Two halves of 1,000 points of the data, in place of samples and data.
    chosen = np.random.default_rng(trainer.config.seed).choice(
        len(feed.reader), 1000, replace=False
    )
    points = feed.reader.read(chosen)["image"]
    source, real = feed.reader.source, found["reference"]["real"]
    apart = np.linalg.norm(points[:500, None] - source.centres[None], axis=-1)
    near = apart <= 3 * source.sigma
    assert real["high_quality"] == pytest.approx(near.any(1).mean())
    assert real["modes"] == (near.sum(0) >= 5).sum() == 10
    costs = np.linalg.norm(points[:500, None] - points[None, 500:], axis=-1)
    rows, columns = linear_sum_assignment(costs)
    assert real["wasserstein"] == pytest.approx(costs[rows, columns].mean(), rel=1e-5)
    assert real["wasserstein"] < found["wasserstein"]
