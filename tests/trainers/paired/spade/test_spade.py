import numpy as np
import pytest

from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.paired.label_maps.terms import (
    by_name,
    example_of,
    feature_matching,
    judgements,
    logits,
)
from tests.trainers.small import STILL, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual.loss import PerceptualLoss
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from trainers.paired.spade.config import SPADEConfig

SMALL = {"filters": 2, "batch_size": 4, "image_size": Size(32, 32)}
SMALL |= {"discriminator_layers": 1}


@pytest.fixture(scope="module")
def still():
    return build("spade", **SMALL, **STILL)


@pytest.fixture(scope="module")
def styled():
    return build("spade", **SMALL, encoder=True, latent_size=5)


def test_the_loss_is_that_of_the_paper(still):
    """Hinge losses, means over two scales."""
    trainer, feed = still
    example, image = example_of(trainer, feed)
    fake, real = judgements(trainer, example, image)
    terms = by_name(trainer.translator_terms(example, image))
    value, weight = terms["adversarial"]
    expected = -np.mean([x.mean() for x in logits(fake)])
    assert value * weight == pytest.approx(expected, rel=1e-5)
    value, weight = terms["feature_matching"]
    assert value * weight == pytest.approx(10 * feature_matching(fake, real), rel=1e-5)
    assert set(terms) == {"adversarial", "feature_matching"}

    value, weight = by_name(trainer.critic_terms(example, image, "critic"))["adversarial"]
    sides = [
        np.maximum(1 - r, 0).mean() + np.maximum(1 + f, 0).mean()
        for r, f in zip(logits(real), logits(fake), strict=True)
    ]
    assert value * weight == pytest.approx(np.mean(sides), rel=1e-5)


def test_the_encoder_gives_the_latent_and_its_divergence(styled):
    trainer, feed = styled
    example, image = example_of(trainer, feed)
    latent = trainer.inputs(example, "some")["latent"].numpy()
    said = trainer.encoder({"image": example["target"]}, training=True)
    mean, log_variance = said["mean"].numpy(), said["log_variance"].numpy()
    noise = trainer.random.normal("some/latent", mean.shape).numpy()
    np.testing.assert_allclose(latent, mean + np.exp(log_variance / 2) * noise, rtol=1e-5)

    value, weight = by_name(trainer.translator_terms(example, image))["kl"]
    each = (mean**2 + np.exp(log_variance) - log_variance - 1).sum(1) / 2
    assert (value, weight) == (pytest.approx(each.mean(), rel=1e-5), 0.05)


def test_the_encoder_learns_with_the_generator():
    trainer, feed = build("spade", **SMALL, encoder=True, latent_size=5)
    before = trainer.encoder.get_weights()
    step(trainer, feed)
    after = trainer.encoder.get_weights()
    assert all((a != b).any() for a, b in zip(before, after, strict=True))


def test_the_style_is_drawn_or_that_of_a_reference(styled):
    trainer, feed = styled
    (examples,) = feed.examples(3)
    given = {name: examples[name] for name in ("ids", "instances")}
    drawn, referred = (trainer.bound(use.name) for use in trainer.uses())
    mean = trainer.encoder(
        {"image": trainer.example(examples, "examples")["target"]}, training=False
    )["mean"]
    expected = drawn.render(given | {"latent": mean.numpy()})["image"]
    made = referred.render(given | {"reference": examples["target"]})["image"]
    np.testing.assert_allclose(made, expected, atol=1e-6)
    assert np.abs(made - drawn.render(given | {"latent": -mean.numpy()})["image"]).max() > 1e-4


def test_the_distance_in_vggs_features_is_a_term(tmp_path):
    path = str(write_npz(tmp_path / "vgg16.npz", "vgg16", draw("vgg16")))
    given = {"perceptual_network": "vgg16", "perceptual_weights": path}
    trainer, feed = build("spade", **SMALL, **given)
    assert trainer.notes == ()
    example, image = example_of(trainer, feed)
    value, weight = by_name(trainer.translator_terms(example, image))["vgg"]
    expected = PerceptualLoss("pix2pixhd", "vgg16", path)(image, example["target"])
    assert (value, weight) == (pytest.approx(float(expected), rel=1e-5), 10)


def test_without_weights_of_vgg_the_term_is_off_and_a_note_says_so(still):
    (note,) = still[0].notes
    assert "off" in note


@pytest.mark.parametrize(
    ("size", "doublings"),
    [
        ((256, 256), 5),
        ((512, 512), 5),
        ((128, 128), 5),
        ((64, 64), 4),
        ((32, 64), 3),
        ((24, 40), 2),
    ],
)
def test_the_first_map_has_four_pixels_a_side_or_more(size, doublings):
    assert make(SPADEConfig, {}).doublings_for(size) == doublings


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"dataset": "glyph_edge2colour"}, "has none"),
        ({"image_size": Size(36, 36)}, "multiples of 8"),
        ({"image_size": Size(48, 48), "encoder": True}, "32x32, 64x64"),
        ({"batch_size": 1}, "two or more"),
    ],
)
def test_what_cannot_be_is_said(settings, told):
    with pytest.raises(UserError, match=told):
        build("spade", **{**SMALL, **settings})
