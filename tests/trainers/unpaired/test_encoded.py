"""What UNIT and MUNIT have in common: with weights of VGG, translations keep its features."""

import numpy as np
import pytest

from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.small import STILL, batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualLoss
from tfgan_kit.pictures.images import to_model_range


@pytest.mark.parametrize("method", ["munit", "unit"])
def test_with_weights_of_vgg_translations_keep_its_features(method, tmp_path):
    weights = write_npz(tmp_path / "vgg16.npz", "vgg16", draw("vgg16"))
    vgg = {"perceptual_weights": str(weights)}
    only = {"image_size": 32, "blocks": 1, "filters": 2, "batch_size": 2, **STILL}
    trainer, feed = build(method, perceptual_weight=3.0, **only, **vgg)
    ((batch,),) = batches(trainer, feed)
    reals = [to_model_range(domain["image"]) for domain in batch]
    trainer.random.take_turn(None, 1)
    made = trainer.translated(reals, "generator")
    terms = {t.name: t for t in trainer.translator_terms(reals, made, "generator")}
    loss = PerceptualLoss("munit", "vgg16", weights)
    for letter, real in zip("ab", reals, strict=True):
        term = terms[f"perceptual_{letter}"]
        expected = loss(made[{"a": "b", "b": "a"}[letter]], real)
        assert term.weight == 3
        np.testing.assert_allclose(term.value, expected, rtol=1e-5)
        assert expected > 0
    unaware, _ = build(method, **only)
    assert not any("perceptual" in t.name for t in unaware.translator_terms(reals, made, ""))
    assert any("--perceptual-weights names no file" in note for note in unaware.notes)


@pytest.mark.parametrize("method", ["munit", "unit"])
def test_images_that_become_a_single_place_in_vgg_are_refused(method, tmp_path):
    weights = str(write_npz(tmp_path / "vgg16.npz", "vgg16", draw("vgg16")))
    small = {"image_size": 16, "blocks": 1, "filters": 2, "discriminator_layers": 2}
    with pytest.raises(UserError, match="16x16 become a single place in block5_conv3") as caught:
        build(method, perceptual_weights=weights, **small)
    assert "\n" not in str(caught.value)
