"""UDIT: its constraint against numpy, what it leaves alone, and that without it it is MUNIT."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import STILL, batches, build, save_classifier, step
from tfgan_kit.errors import UserError
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.option import make
from trainers.core.domain_judges import prepare
from trainers.unpaired.udit.config import UDITConfig

SMALL = {
    **{"image_size": 16, "filters": 2, "blocks": 1, "batch_size": 3, "style_size": 5},
    **{"style_units": 4, "discriminator_layers": 2, "discriminator_scales": 2},
}


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    return save_classifier(tmp_path_factory.mktemp("h") / "h.keras", shape=(16, 16, 3))


def built(method="udit", **settings):
    return build(method, **{**SMALL, **settings})


def images(trainer, feed):
    """The images of the first step, (a, b), in [-1, 1]."""
    ((batch,),) = batches(trainer, feed)
    return [to_model_range(domain["image"]).numpy() for domain in batch]


@pytest.mark.parametrize("pool_indices", [True, False])
@pytest.mark.parametrize("reduced", [0, 2])
def test_the_constraint_is_the_distance_in_features_before_the_dense_layers(
    pool_indices, reduced, tmp_path
):
    shape = (16, 16, 3)
    classifier = save_classifier(tmp_path / "h.keras", shape=shape, reduced=reduced)
    settings = {"semantic_weight": 5.0, "classifier": classifier, "pool_indices": pool_indices}
    trainer, feed = built(weight_decay=0.0, **settings, **STILL)
    reals = images(trainer, feed)
    trainer.random.take_turn(None, 1)
    made = trainer.translated(reals, "generator")
    h = load_keras(classifier)

    def seen(given):
        x = np.asarray(given)
        for name in ("conv_1", "leaky_relu_1", "conv_2", "leaky_relu_2", "pool"):
            x = h.get_layer(name)(x)
        if not reduced:
            return x.numpy()
        kernel, bias = h.get_layer("reduced").get_weights()
        return x.numpy() @ kernel[0, 0] + bias

    values = step(trainer, feed)
    for one, other, real in zip("ab", "ba", reals, strict=True):
        distance = np.abs(seen(made[other]) - seen(real)).mean()
        assert distance > 1e-4
        np.testing.assert_allclose(values[f"generator/semantic_{one}"], distance, rtol=2e-5)
    without, feed = built(weight_decay=0.0, semantic_weight=0.0, pool_indices=pool_indices, **STILL)
    rest = step(without, feed)["generator/loss"]
    total = 5 * (values["generator/semantic_a"] + values["generator/semantic_b"])
    np.testing.assert_allclose(values["generator/loss"], rest + total, rtol=2e-5)


def test_without_the_constraint_it_is_munit_bit_for_bit():
    plain, plain_feed = built("munit")
    same, feed = built(semantic_weight=0.0, pool_indices=False)
    for trainer in (plain, same):
        trainer.gradients = {}
        for name, player in trainer.players.items():
            apply = player.apply

            def recording(given, name=name, apply=apply, trainer=trainer):
                trainer.gradients[name] = [g.numpy() for g in given]
                apply(given)

            player.apply = recording
    assert step(same, feed) == step(plain, plain_feed)
    assert same.gradients.keys() == plain.gradients.keys() == {"generator", "discriminator"}
    for name, own in same.gradients.items():
        for one, other in zip(own, plain.gradients[name], strict=True):
            np.testing.assert_array_equal(one, other)
    for name, network in same.networks.items():
        for one, other in zip(
            network.get_weights(), plain.networks[name].get_weights(), strict=True
        ):
            np.testing.assert_array_equal(one, other)


def test_the_classifier_stays_as_it_is_and_is_no_part_of_the_run(classifier):
    trainer, feed = built(classifier=classifier)
    before = [v.numpy() for v in trainer._perceive.variables]
    step(trainer, feed)
    for old, new in zip(before, trainer._perceive.variables, strict=True):
        np.testing.assert_array_equal(old, new)
    theirs = {id(v) for v in trainer._perceive.variables}
    assert theirs
    for network in (*trainer.networks.values(), *trainer.models().values()):
        assert not theirs & {id(v) for v in network.variables}
    assert not theirs & {id(v) for p in trainer.players.values() for v in p.variables}
    called = {call.network for use in trainer.uses() for call in use.calls}
    assert called <= set(trainer.networks)


def test_a_translation_puts_its_details_where_the_image_had_them(classifier):
    trainer, feed = built(classifier=classifier)
    a, b = images(trainer, feed)
    bound = trainer.bound("translate_ab_reference")
    made = bound.render({"input": a, "reference": b})["image"]
    encoded = trainer.networks["content_encoder_a"]({"image": a})
    assert set(encoded) == {"content", "indices_1", "indices_2", "indices_3"}
    style = trainer.networks["style_encoder_b"]({"image": b})["style"]
    expected = trainer.networks["decoder_b"](encoded | {"style": style})["image"]
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_a_classifier_of_any_property_will_do(tmp_path):
    other = save_classifier(tmp_path / "hats.keras", shape=(16, 16, 3), classes=("hat", "none"))
    trainer, feed = built(classifier=other)
    assert np.isfinite(step(trainer, feed)["generator/semantic_a"])
    config = dataclasses.replace(trainer.config, classifier=other)
    prepared, missing = prepare(config, feed, open_feed, tf.distribute.get_strategy())
    assert (prepared.classifier, missing) == (other, [])


@pytest.mark.parametrize("channels", [16, 0])
def test_a_classifier_that_is_trained_first_reduces_what_it_sees(channels, tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    few = {"dataset": "glyph_biased", "classifier_steps": 1, "classifier_width": 0.1}
    config = make(UDITConfig, SMALL, few, {"classifier_channels": channels})
    feed, config = open_feed("domains", config)
    prepared, (judged, *others) = prepare(config, feed, open_feed, tf.distribute.get_strategy())
    assert (prepared.classifier, len(others)) == (None, 2)
    (h,) = judged._trainer.networks.values()
    assert config.frozen_classifier.layer_of(h) == ("reduced" if channels else "pool")
    if channels:
        assert h.get_layer("reduced").output.shape[1:] == (6, 6, 16)
    # Those that measure are not changed by it.
    for other in others:
        (network,) = other._trainer.networks.values()
        assert config.frozen_classifier.layer_of(network) == "pool"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("large", r"--classifier .*h.keras takes images of 32x32x3, the data's are 16x16x3"),
        ("flat", r"--classifier .*h.keras has no layer 'pool', whose output"),
    ],
)
def test_a_classifier_that_does_not_fit_is_refused_before_anything_is_trained(kind, told, tmp_path):
    path = str(tmp_path / "h.keras")
    if kind == "large":
        save_classifier(path, shape=(32, 32, 3))
    else:
        image = keras.Input((16, 16, 3), name="image")
        x = keras.layers.Dense(2)(keras.layers.Flatten()(image))
        keras.Model(image, {"logits": x, "probabilities": keras.layers.Softmax()(x)}).save(path)
    config = make(UDITConfig, {**SMALL, "classifier": path})
    feed, config = open_feed("domains", config)
    with pytest.raises(UserError, match=told) as caught:
        prepare(config, feed, open_feed, tf.distribute.get_strategy())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"content_kernel": 4}, "is even"),
        ({"semantic_weight": 0.0, "classifier": "h.keras"}, "of no use"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, told):
    with pytest.raises(UserError, match=told):
        make(UDITConfig, settings).check()
