"""The methods that generate by label: who sees which label, and what it costs."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.terms.losses import adversarial_loss
from tfgan_kit.uses.draw import draw_inputs

METHODS = ["cgan", "acgan", "projection"]
QUICK = {"critic_steps": 1, "latent_size": 4}


@pytest.fixture(scope="module", params=METHODS)
def trained(request):
    """A trainer after one step, and its data."""
    trainer, feed = build(request.param, **QUICK)
    step(trainer, feed)
    return trainer, feed


def test_the_generator_listens_to_its_label(trained):
    trainer, _ = trained
    # Tables of conditional normalisation start at zero, where no label differs yet.
    for weight in trainer.generator.trainable_weights:
        if weight.path.endswith(("gamma", "beta")) and weight.value.shape.rank == 2:
            weight.assign(tf.random.stateless_normal(weight.shape, [0, 1]))
    bound = trainer.bound("generate")
    if trainer.averages:
        trainer.averages["generator"].network.set_weights(trainer.generator.get_weights())
    inputs = draw_inputs(bound.use, 0, 4)
    one = bound.render(inputs | {"label": np.full(4, 1)})["image"]
    two = bound.render(inputs | {"label": np.full(4, 2)})["image"]
    weights = bound.render(inputs | {"label": np.eye(10, dtype=np.float32)[[1] * 4]})["image"]
    # A generator that has not learned makes images near 0.
    assert np.abs(one - two).max() > 1e-3 * np.abs(one).max()
    np.testing.assert_allclose(one, weights, atol=1e-5 * np.abs(one).max())


def test_labels_reach_both_players_as_they_were_drawn(trained, monkeypatch):
    trainer, feed = trained
    shown, made = [], []
    discriminate, generator = trainer.discriminate, trainer.generator

    def watching(examples):
        shown.append(examples[0]["label"].numpy())
        return discriminate(examples)

    def generating(inputs, training):
        made.append(inputs["label"].numpy().argmax(1))
        return generator(inputs, training=training)

    monkeypatch.setattr(trainer, "discriminate", watching)
    monkeypatch.setattr(trainer, "generator", generating)
    ((batch,),) = batches(trainer, feed)
    trainer.whole_step([batch])
    real = batch["label"].numpy()
    if len(shown) == 2:  # Real and generated examples share a pass.
        both, in_turn = shown[0], shown[1]
        own_real, own_fake = both[:8], both[8:]
    else:
        own_real, own_fake, in_turn = shown
    np.testing.assert_array_equal(own_real, real)
    np.testing.assert_array_equal(own_fake, made[0])
    np.testing.assert_array_equal(in_turn, made[1])
    assert (made[0] != made[1]).any()  # Each update draws labels of its own.


def test_the_loss_of_acgan_is_the_formula():
    trainer, feed = build("acgan", **QUICK, discriminator_norm="layer", class_on_fake=0.5)
    ((batch,),) = batches(trainer, feed)
    trainer.random.take_turn(0, 1)
    real = trainer._real(batch, "critic0")
    fake = trainer._fake(real, "critic0")
    terms = {t.name: t for t in trainer.discriminator_terms((real,), (fake,), "critic0")}

    def cross_entropy(example):
        logits = trainer.discriminate((example,))[0]["class_logits"].numpy().astype(np.float64)
        log_chances = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return -np.mean([row[k] for row, k in zip(log_chances, example["label"], strict=True)])

    assert float(terms["class_real"].value) == pytest.approx(cross_entropy(real), rel=1e-4)
    assert float(terms["class_fake"].value) == pytest.approx(cross_entropy(fake), rel=1e-4)
    assert (terms["class_real"].weight, terms["class_fake"].weight) == (1.0, 0.5)
    on_real, on_fake = (trainer.discriminate((e,))[0]["logits"] for e in (real, fake))
    source = sum(adversarial_loss("non_saturating").discriminator(on_real, on_fake))
    assert float(terms["adversarial"].value) == pytest.approx(float(source), rel=1e-4)


def test_with_a_share_of_zero_the_class_head_learns_nothing_from_fakes():
    trainer, feed = build("acgan", **QUICK, class_on_fake=0.0)
    assert "discriminator/class_fake" not in step(trainer, feed)


def test_without_known_labels_there_is_the_source_alone():
    trainer, feed = build("acgan", **QUICK)
    ((batch,),) = batches(trainer, feed)
    unknown = batch | {"label": tf.fill([8], tf.constant(-1, tf.int64))}
    values = {k: float(v) for k, v in trainer.whole_step([unknown]).items()}
    assert values["discriminator/class_real"] == 0
    assert all(np.isfinite(value) for value in values.values())


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("cgan", {"labelled_per_class": 5}),
        ("cgan", {"discriminator_label": "concat", "generator_label": "branch"}),
        ("cgan", {"label_sampling": "batch", "label_noise": 0.5, "balanced_real": True}),
        ("acgan", {"discriminator_label": "k_plus_1", "feature_matching": True}),
        ("acgan", {"labelled_per_class": 5, "generator_label": "cbn"}),
        ("projection", {"labelled_per_class": 5, "network": "dcgan", "penalty": "r1"}),
        ("cgan", {"penalty": "wgan_gp", "loss": "wasserstein", "discriminator_norm": "layer"}),
    ],
)
def test_settings_that_go_together(method, settings):
    trainer, feed = build(method, **QUICK, **settings)
    values = step(trainer, feed)
    assert all(np.isfinite(value) for value in values.values())
    if settings.get("labelled_per_class") and method == "cgan":
        assert trainer.label.unknown
        assert trainer.generator.input["label"].shape == (None, 11)


def test_what_does_not_go_together():
    with pytest.raises(UserError, match="predicts the label; use auxiliary or k_plus_1"):
        build("acgan", discriminator_label="map")
    with pytest.raises(UserError, match="need each other"):
        build("cgan", label_weights=(1.0,) * 10)


def rates(network):
    layers = [x for x in network.layers if type(x).__name__ in ("Dropout", "GaussianNoise")]
    return [x.rate if type(x).__name__ == "Dropout" else x.stddev for x in layers]


def test_dropout_and_noise_are_settings_of_the_networks_that_have_them():
    trainer, _ = build("cgan", network="cgan_mlp", generator_label="branch", dropout=0.2, **QUICK)
    assert rates(trainer.generator) == rates(trainer.discriminator) == [0.2, 0.2]
    trainer, _ = build("acgan", network="acgan", dropout=0.1, activation_noise=0.2, **QUICK)
    assert rates(trainer.discriminator) == [0.2, 0.1] * 6
    trainer, _ = build("acgan", network="acgan", **QUICK)
    assert rates(trainer.discriminator) == [0.5] * 6
    with pytest.raises(UserError, match="--dropout: the network dcgan has none; choose --network"):
        build("cgan", dropout=0.2, **QUICK)
    with pytest.raises(UserError, match="--activation-noise: the network cgan_mlp has none"):
        build("cgan", network="cgan_mlp", activation_noise=0.0, **QUICK)
