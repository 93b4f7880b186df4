"""What CoGAN and SCoGAN share: fresh batches, names of terms, samples of one latent."""

import numpy as np
import pytest
import tensorflow as tf

from nets.sharing import domain_model
from tests.trainers.small import batches, build, step, without_dropout
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.images import to_model_range
from trainers.core.adversarial import images_only

PENALISED = {"loss": "wasserstein", "penalty": "wgan_gp", "critic_steps": 2}
THREE = "glyphs,glyphs-edge,glyphs-rotate"


def test_each_critic_step_sees_fresh_batches_and_latents():
    trainer, feed = build("cogan", dataset=THREE, **PENALISED)
    seen, made = [], []
    terms, generate = trainer.critic_terms, trainer.generator_terms

    def critic_terms(batch, reals, fakes, purpose):
        seen.append(reals)
        made.append(fakes)
        return terms(batch, reals, fakes, purpose)

    def generator_terms(fakes, reals, purpose):
        made.append([example["image"] for example in fakes])
        return generate(fakes, reals, purpose)

    trainer.critic_terms, trainer.generator_terms = critic_terms, generator_terms
    values = step(trainer, feed)
    (stream,) = batches(trainer, feed)
    assert len(seen) == len(stream) == 2
    for reals, batch in zip(seen, stream, strict=True):
        for real, domain in zip(reals, batch, strict=True):
            np.testing.assert_array_equal(real, to_model_range(domain["image"]))
    for k in range(3):
        assert not np.array_equal(seen[0][k], seen[1][k])
        assert len({fakes[k].numpy().tobytes() for fakes in made}) == 3
    assert trainer.players["discriminator"].optimizer.iterations.numpy() == 2
    assert trainer.players["generator"].optimizer.iterations.numpy() == 1
    names = {f"discriminator/{kind}_{d}" for kind in ("adversarial", "penalty") for d in "abc"}
    names |= {f"generator/adversarial_{d}" for d in "abc"}
    assert set(values) == names | {"discriminator/loss", "generator/loss"}
    assert values["discriminator/loss"] == pytest.approx(
        sum(
            values[f"discriminator/adversarial_{d}"] + 10.0 * values[f"discriminator/penalty_{d}"]
            for d in "abc"
        ),
        rel=1e-5,
    )


def test_samples_of_all_domains_come_from_one_latent_and_the_average():
    trainer, _ = build("cogan", dataset="glyph2street")
    trainer.averages["generator"].network.set_weights(
        [w + 0.01 for w in trainer.generator.get_weights()]
    )
    average = trainer.models()["generator"]
    latents = fixed_latents("uniform", 7, 5, 100)
    samples = trainer.sample(7, 5)
    assert len(samples) == 2
    for images, d in zip(samples, "ab", strict=True):
        assert images.shape == (5, 32, 32, 3)
        expected = domain_model(average, d)(latents, training=False)["image"]
        np.testing.assert_allclose(images, expected, atol=1e-6)
        latest = domain_model(trainer.generator, d)(latents, training=False)["image"]
        assert np.abs(images - latest).max() > 1e-3


def test_the_average_shares_what_the_generators_share():
    trainer, _ = build("cogan", dataset=THREE)
    shared = []
    for network in (trainer.generator, trainer.averages["generator"].network):
        own = [{id(v) for v in domain_model(network, d).weights} for d in "abc"]
        shared.append(len(set.intersection(*own)))
        assert len(network.weights) == len(set.union(*own))
    # Four layers of a kernel, four values of a batch norm, and slopes.
    assert shared == [4 * 6, 4 * 6]


def test_every_domain_draws_noise_of_its_own():
    trainer, _ = build("cogan", instance_noise=1.0)
    shown = []
    said = {"logits": tf.zeros([8, 1])}
    trainer.discriminate = lambda examples: (shown.append(examples), (said, said))[1]
    same = images_only([tf.zeros([8, 32, 32, 1])] * 2)
    trainer.discriminator_terms(same, same, "critic0")
    trainer.generator_terms(same, same, "generator")
    noises = [example["image"].numpy() for examples in shown for example in examples]
    assert len(noises) == 6
    assert all(0.9 < noise.std() < 1.1 for noise in noises)
    assert len({noise.tobytes() for noise in noises}) == 6


def test_without_labels_or_judges_there_are_still_measures(tmp_path):
    for name in "ab":
        images = np.random.default_rng(0).integers(0, 256, (9, 32, 32), dtype=np.uint8)
        np.savez(tmp_path / f"{name}.npz", images=images)
    trainer, feed = build("scogan", dataset_a=f"{tmp_path}/a.npz", dataset_b=f"{tmp_path}/b.npz")
    found = trainer.evaluate(feed, 8)
    assert list(found) == ["samples", "weight_distance"]
    assert found["samples"] == 8
    assert found["weight_distance"] > 0.1


def test_the_gradient_of_a_penalty_is_that_of_float32():
    """Although the network of one domain is another model than that whose layers it has."""
    found, weights = [], None
    rng = np.random.default_rng(0)
    real, fake = (tf.constant(rng.uniform(-1, 1, (4, 32, 32, 1)), tf.float32) for _ in range(2))
    for precision in ("float32", "mixed_bfloat16"):
        trainer, _ = build("cogan", precision=precision, penalty="wgan_gp")
        without_dropout(trainer)
        weights = weights or trainer.discriminator.get_weights()
        trainer.discriminator.set_weights(weights)
        variables = [v.value for v in trainer.discriminators[1].trainable_variables]
        with tf.GradientTape() as tape:
            value = trainer._penalty(1, {"image": real}, {"image": fake}, tf.constant([1, 2]))
        gradient = tape.gradient(value, variables)
        found.append([value, *(g for g in gradient if g is not None)])
    for half, single in zip(*found, strict=True):
        np.testing.assert_allclose(half, single, rtol=1e-4, atol=1e-6)
