"""The discriminator on another modality than the anchor, as with opponent channels."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import batches, save_classifier, step
from tests.trainers.transfer.mmnet.small import built
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from trainers.transfer.mmnet.judge import prepare
from trainers.transfer.mmnet.trainer import ALIGNED, PSEUDO, SEEN

OPPONENT = {"dataset": "glyph_opponent", "judged": "rgb", "image_loss": "l2"}


def opponent(stage, **settings):
    """Without normalisation and noise, each way can be gone by itself."""
    return built(stage, norm="none", noise=0.0, **OPPONENT | settings)


def squared(a, b):
    return float(((np.asarray(a) - np.asarray(b)) ** 2).mean())


def test_the_terms_of_images_of_which_one_is_judged():
    trainer, feed = opponent(PSEUDO)
    assert (trainer.anchor, trainer.judged) == ("redgreen", "rgb")
    ((batch,),) = batches(trainer, feed)
    kept = {}
    terms = {term.name: term for term in trainer.terms(batch, kept)}
    two, three = batch["redgreen+greenblue"], batch["redgreen+rgb"]
    real = [
        {name: to_network(trainer.modalities[name].field, v) for name, v in group.items()}
        for group in (two, three)
    ]

    def made(source, target, images):
        code = trainer.networks[f"encoder_{source}"]({"input": images})
        decoder = trainer.networks[f"decoder_{target}"]
        return decoder({n: code[n] for n in decoder.input})["output"]

    def error(source, target, k):
        return squared(made(source, target, real[k][source]), real[k][target])

    expected = {
        "redgreen_to_redgreen": (np.mean([error("redgreen", "redgreen", k) for k in (0, 1)]), 10),
        "greenblue_to_redgreen": (error("greenblue", "redgreen", 0), 10),
        "rgb_to_redgreen": (error("rgb", "redgreen", 1), 10),
        "redgreen_to_greenblue": (error("redgreen", "greenblue", 0), 10),
        "greenblue_to_greenblue": (error("greenblue", "greenblue", 0), 10),
        "redgreen_to_rgb": (error("redgreen", "rgb", 1), 1000),
        "rgb_to_rgb": (error("rgb", "rgb", 1), 1000),
        "pseudo_greenblue_to_rgb": (
            squared(
                made("greenblue", "rgb", real[0]["greenblue"]),
                made("redgreen", "rgb", real[0]["redgreen"]),
            ),
            100,
        ),
        "pseudo_rgb_to_greenblue": (
            squared(
                made("rgb", "greenblue", real[1]["rgb"]),
                made("redgreen", "greenblue", real[1]["redgreen"]),
            ),
            100,
        ),
    }
    others = {"latent_greenblue", "latent_rgb", "adversarial"}
    assert terms.keys() == expected.keys() | others
    for name, (value, weight) in expected.items():
        assert float(terms[name].value) == pytest.approx(value, rel=1e-4), name
        assert terms[name].weight == weight, name
    # Judged are translations of which the truth is known, not those of pseudo-pairs.
    known = [made(name, "rgb", real[1][name]) for name in ("redgreen", "rgb")]
    np.testing.assert_allclose(tf.concat(kept["images"], 0), tf.concat(known, 0), atol=1e-5)
    np.testing.assert_array_equal(trainer._real(batch), real[1]["rgb"])


def test_only_the_judged_decoder_ends_in_an_image_and_is_told_no_indices():
    trainer, feed = opponent(SEEN)
    told = {name: set(trainer.networks[f"decoder_{name}"].input) for name in trainer.modalities}
    indices = {"latent", "side_1", "side_2"}
    assert told == {"redgreen": indices, "greenblue": indices, "rgb": {"latent"}}
    ends = {
        name: trainer.networks[f"decoder_{name}"].get_layer("output").activation.__name__
        for name in trainer.modalities
    }
    assert ends == {"redgreen": "linear", "greenblue": "linear", "rgb": "tanh"}
    examples = next(iter(feed.examples(3)))
    for use in trainer.uses():
        if use.modalities:
            (target,), sources = use.outputs, [n for n in use.inputs if n in examples]
            made = trainer.bound(use.name).render({n: examples[n] for n in sources})
            assert made[target].shape == examples[target].shape


def test_berhu_is_the_usual_loss_of_images_that_are_not_judged():
    trainer, _ = opponent(ALIGNED, image_loss="berhu")
    made, truth = np.zeros((1, 1, 2, 1), "float32"), np.float32([[[[5.0], [1.0]]]])
    # c = 1: (25 + 1) / 2 and 1.
    assert float(trainer.modalities["redgreen"].error(made, truth)) == pytest.approx(7)
    assert float(trainer.modalities["rgb"].error(made, truth)) == pytest.approx(13)


def test_only_the_anchors_encoder_is_frozen():
    trainer, feed = opponent(ALIGNED)
    before = {name: net.get_weights() for name, net in trainer.networks.items() if net.weights}
    step(trainer, feed)
    same = {
        name
        for name, was in before.items()
        if all(
            (a == b).all() for a, b in zip(was, trainer.networks[name].get_weights(), strict=True)
        )
    }
    assert same == {"encoder_redgreen"}


def test_a_classifier_of_contents_is_trained_where_the_images_in_colour_are_judged():
    trainer, feed = opponent(SEEN)

    def missing(**settings):
        config = dataclasses.replace(trainer.config, **settings)
        return prepare(config, feed, open_feed, tf.distribute.get_strategy())[1]

    (cached,) = missing(classifier_steps=1)
    assert str(cached) == "classifier for glyph_opponent-palettes"
    assert missing(classifier_steps=0) == []
    assert missing(classifier_steps=1, judged="redgreen") == []
    houses, feed = built(SEEN)
    assert prepare(houses.config, feed, open_feed, tf.distribute.get_strategy())[1] == []


def test_a_given_classifier_must_take_the_judged_images(tmp_path):
    gray = save_classifier(tmp_path / "gray.keras", (16, 16, 1))
    trainer, feed = opponent(SEEN, content_classifier=gray)
    with pytest.raises(UserError, match=r"--content-classifier .*takes images of") as error:
        prepare(trainer.config, feed, open_feed, tf.distribute.get_strategy())
    assert "\n" not in str(error.value)
